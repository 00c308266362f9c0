import { useState } from "react";
import type { EventsState } from "../client/useEvents";
import { Elapsed } from "../ui/Duration";
import { useNow } from "../ui/time";
import { DeployBar } from "./DeployBar";
import classes from "./DeployProgressCard.module.css";
import { countsOf, deployEnded, percentOf } from "./deployFigures";
import type { DeployState, SiteStatus } from "./deployState";
import { SiteMark } from "./SiteMark";
import { timeLeft } from "./timeLeft";

const legend: { state: SiteStatus; word: string; always?: boolean }[] = [
  { state: "DONE", word: "done", always: true },
  { state: "ROLLED_BACK", word: "rolled back" },
  { state: "BROKEN", word: "broken" },
  { state: "NOT_STARTED", word: "not started" },
  { state: "CANCELLED", word: "cancelled" },
  { state: "RUNNING", word: "running" },
  { state: "WAITING", word: "waiting" },
];

/** The whole of the deploy in one bar: N of M, what failed, what runs, time left. */
export function DeployProgressCard({ state, stream }: { state: DeployState; stream: EventsState }) {
  const { progress } = state;
  const counts = countsOf(progress);
  const ended = deployEnded(progress.status);
  const building = state.builds.some((build) => build.status === "RUNNING");
  const left = timeLeft(useSecondsLeft(progress.secondsLeft ?? null), building, counts);
  const said = stream.state === "offline" ? "" : left;
  return (
    <section
      className={classes.card}
      aria-label="Progress"
      data-stale={stream.state === "offline" || undefined}
    >
      <div className={classes.head}>
        <div className={classes.figure}>
          <b>{counts.DONE.toLocaleString("en")}</b> of {progress.total.toLocaleString("en")} sites
          done
        </div>
        <div className={classes.times}>
          {ended ? "took " : said === "" ? "" : `${said} · `}
          {progress.startedAt ? (
            <Elapsed since={progress.startedAt} until={progress.finishedAt ?? null} />
          ) : (
            "waiting for a runner"
          )}
          {ended || !progress.startedAt ? "" : " so far"}
        </div>
      </div>
      <DeployBar
        counts={counts}
        total={progress.total}
        percent={percentOf(state)}
        label="Sites of this deploy"
        height={14}
      />
      <ul className={classes.legend}>
        {legend.map(({ state: status, word, always }) =>
          counts[status] > 0 || always ? (
            <li key={status}>
              <SiteMark status={status} />
              <b>{counts[status].toLocaleString("en")}</b> {word}
            </li>
          ) : null,
        )}
      </ul>
    </section>
  );
}

/** Counts an estimate down between the events that bring a new one; null past its end. */
function useSecondsLeft(estimate: number | null): number | null {
  const now = useNow();
  const [made, setMade] = useState({ estimate, at: now });
  if (made.estimate !== estimate) {
    setMade({ estimate, at: now });
  }
  if (estimate === null) {
    return null;
  }
  const left = estimate - Math.max(0, now - made.at) / 1000;
  return left > 0 ? left : null;
}
