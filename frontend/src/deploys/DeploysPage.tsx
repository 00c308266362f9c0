import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function DeploysPage() {
  return (
    <>
      <PageHeader title="Deploys" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
