import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function AppsPage() {
  return (
    <>
      <PageHeader title="Apps" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
