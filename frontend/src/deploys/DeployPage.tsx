import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function DeployPage() {
  return (
    <>
      <PageHeader title="Deploy" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
