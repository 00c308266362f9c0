import { Link } from "@tanstack/react-router";
import { Logo } from "../ui/Logo";
import { PersonMenu } from "./PersonMenu";
import { pages } from "./pages";
import classes from "./Shell.module.css";
import type { OpenAlerts } from "./useAlerts";

/** The left rail: every page, and below them the person, the theme and help. */
export function Rail({ alerts }: { alerts: OpenAlerts | undefined }) {
  return (
    <>
      <Link to="/" className={classes.brand}>
        <Logo size={22} />
        Central
      </Link>
      {pages.map(({ to, name, icon: Icon }) => (
        <Link key={to} to={to} className={classes.link} activeOptions={{ exact: to === "/" }}>
          <Icon size={17} stroke={1.7} aria-hidden />
          {name}
          {to === "/" && alerts && alerts.count > 0 ? (
            <span
              className={classes.alerts}
              data-critical={alerts.critical || undefined}
              title={`${alerts.count} open ${alerts.count === 1 ? "alert" : "alerts"}`}
            >
              {alerts.count > 99 ? "99+" : alerts.count}
            </span>
          ) : null}
        </Link>
      ))}
      <div className={classes.spacer} />
      <PersonMenu />
    </>
  );
}
