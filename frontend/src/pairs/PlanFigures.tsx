import type { ReactNode } from "react";
import { Duration } from "../ui/Duration";
import classes from "./PlanFigures.module.css";

/** What a switch leads to: how many sites, for how long, and what could be lost. */
export function PlanFigures({
  plan: { sites, expectedSeconds, possibleLoss },
}: {
  plan: { sites: number; expectedSeconds: number | null; possibleLoss: string };
}) {
  return (
    <dl className={classes.figures}>
      <Figure name="Sites affected">{sites.toLocaleString("en")}</Figure>
      <Figure name="Expected without an answer">
        {expectedSeconds === null ? "nobody can say" : <Duration seconds={expectedSeconds} />}
      </Figure>
      <Figure name="Possible loss" wide>
        {possibleLoss}
      </Figure>
    </dl>
  );
}

function Figure({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div data-wide={wide || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
