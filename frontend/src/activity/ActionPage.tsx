import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function ActionPage() {
  return (
    <>
      <PageHeader title="Action" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
