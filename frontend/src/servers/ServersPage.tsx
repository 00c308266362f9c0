import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function ServersPage() {
  return (
    <>
      <PageHeader title="Servers" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
