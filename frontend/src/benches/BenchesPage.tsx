import { EmptyState } from "../ui/EmptyState";
import { PageHeader } from "../ui/PageHeader";

export function BenchesPage() {
  return (
    <>
      <PageHeader title="Benches" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
