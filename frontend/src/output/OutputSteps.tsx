import { Duration, Elapsed } from "../ui/Duration";
import { sectionLooks } from "./OutputHeading";
import classes from "./OutputSteps.module.css";
import type { Section } from "./outputState";

/** The steps of an action with their times; a click shows the output of one. */
export function OutputSteps({
  sections,
  onPick,
}: {
  sections: readonly Section[];
  onPick: (section: number) => void;
}) {
  if (sections.every(({ title }) => title === "")) {
    return null;
  }
  return (
    <ol className={classes.steps} aria-label="Steps">
      {sections.map((section, index) => {
        if (section.title === "") {
          return null;
        }
        const { icon: Icon, word, tone } = sectionLooks[section.status];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
          <li key={index}>
            <button
              type="button"
              className={classes.step}
              data-tone={tone}
              onClick={() => onPick(index)}
            >
              <Icon size={14} className={classes.icon} aria-hidden />
              <span className={classes.title}>
                {section.title}
                <span className={classes.word}>{word}</span>
              </span>
              <span className={classes.time}>
                {section.status === "RUNNING" ? (
                  <Elapsed since={new Date(section.startedAt).toISOString()} />
                ) : section.millis === null ? null : (
                  <Duration seconds={section.millis / 1000} />
                )}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
