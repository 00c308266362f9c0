import { IconChevronRight } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { pages } from "./pages";
import classes from "./Shell.module.css";

/** Where one is: the page of the rail, and the thing on it. */
export function Crumbs() {
  const { pathname } = useLocation();
  const [, first = "", ...rest] = pathname.split("/");
  const page = pages.find(({ to }) => to === `/${first}`);
  const thing = rest.filter(Boolean).join(" / ");
  if (!page) {
    return <nav className={classes.crumbs} aria-label="Where you are" />;
  }
  return (
    <nav className={classes.crumbs} aria-label="Where you are">
      {thing ? (
        <>
          <Link to={page.to}>{page.name}</Link>
          <IconChevronRight size={13} aria-hidden />
          <span aria-current="page">{decodeURIComponent(thing)}</span>
        </>
      ) : (
        <span aria-current="page">{page.name}</span>
      )}
    </nav>
  );
}
