import { CloseButton, Drawer } from "@mantine/core";
import { IconSquareCheck } from "@tabler/icons-react";
import { EmptyState } from "../ui/EmptyState";
import classes from "./DeployPanel.module.css";
import { ReleaseStep } from "./ReleaseStep";
import { ReviewStep } from "./ReviewStep";
import { useDraft } from "./useDraft";

/** A step of the form; the address says which is open, so that Back goes back. */
export type DeployStep = "release" | "review";

/** What the form needs to know of a ticked site; it works for sites that it knows nothing of, too. */
export interface KnownSite {
  id: string;
  version: string;
  revision: { id: string };
}

/** From ticked sites to a running deploy: choose releases, review the exact plan, deploy. */
export function DeployPanel({
  step,
  siteIds,
  known,
  onStep,
  onSites,
  onStarted,
}: {
  step: DeployStep;
  siteIds: readonly string[];
  known: readonly KnownSite[];
  onStep: (step: DeployStep | undefined) => void;
  onSites: (ids: string[]) => void;
  onStarted: () => void;
}) {
  const { draft, change } = useDraft();
  const count = siteIds.length;
  const close = () => onStep(undefined);
  const shown = draft.releases.length === 0 ? "release" : step;
  const title =
    count === 0
      ? "Deploy"
      : `Deploy to ${count.toLocaleString("en")} ${count === 1 ? "site" : "sites"}`;

  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={720}
      padding={0}
      withCloseButton={false}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      <div className={classes.panel}>
        <header className={classes.head}>
          <Drawer.Title className={classes.title}>{title}</Drawer.Title>
          <ol className={classes.steps}>
            <li aria-current={shown === "release" ? "step" : undefined}>Release</li>
            <li aria-current={shown === "review" ? "step" : undefined}>Review</li>
            <li>Deploy</li>
          </ol>
          <CloseButton aria-label="Close" onClick={close} />
        </header>
        {count === 0 ? (
          <EmptyState icon={<IconSquareCheck size={22} />} title="No site is ticked">
            Tick the sites that are to move, then deploy them. Nothing ever means all.
          </EmptyState>
        ) : shown === "release" ? (
          <ReleaseStep
            known={known}
            draft={draft}
            change={change}
            onReview={() => onStep("review")}
          />
        ) : (
          <ReviewStep
            siteIds={siteIds}
            draft={draft}
            change={change}
            onBack={() => onStep("release")}
            onSites={onSites}
            onStarted={onStarted}
          />
        )}
      </div>
    </Drawer>
  );
}
