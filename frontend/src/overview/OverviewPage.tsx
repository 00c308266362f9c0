import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function OverviewPage() {
  return (
    <>
      <PageHeader title="Overview" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
