import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function ActionsPage() {
  return (
    <>
      <PageHeader title="Activity" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
