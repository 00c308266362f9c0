import { Skeleton } from "@mantine/core";
import { IconAlertTriangleFilled, IconChevronRight, IconCircleXFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Need } from "./needs";
import classes from "./OverviewPage.module.css";

/** A line for each thing that waits for a person; each leads to where it is seen to. */
export function NeedsPerson({ needs }: { needs: Need[] | undefined }) {
  if (!needs) {
    return <Skeleton height={44} />;
  }
  return (
    <div className={classes.list}>
      {needs.map(({ key, tone, what, why, link }) => {
        const Icon = tone === "bad" ? IconCircleXFilled : IconAlertTriangleFilled;
        return (
          <Link key={key} {...link} className={classes.need} data-tone={tone}>
            <Icon size={17} aria-label={tone === "bad" ? "Failed" : "Waiting"} />
            <span className={classes.what}>{what}</span>
            <span className={classes.why}>{why}</span>
            <IconChevronRight size={15} aria-hidden />
          </Link>
        );
      })}
    </div>
  );
}
