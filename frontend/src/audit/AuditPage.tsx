import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function AuditPage() {
  return (
    <>
      <PageHeader title="Audit" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
