import { Skeleton } from "@mantine/core";
import { PageHeader } from "../ui/PageHeader";
import classes from "./DeployView.module.css";

/** The shape of the page while the deploy is on its way. */
export function DeploySkeleton({ title }: { title: string }) {
  return (
    <div aria-busy className={classes.view}>
      <PageHeader title={title} description={<Skeleton height={14} width={280} mt={4} />} />
      <Skeleton height={112} radius={10} />
      <Skeleton height={76} radius={10} />
      <Skeleton height={360} radius={10} />
    </div>
  );
}
