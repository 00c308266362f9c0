import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function SitesPage() {
  return (
    <>
      <PageHeader title="Sites" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
