import { Link } from "@tanstack/react-router";
import classes from "./SiteLink.module.css";

/** A site's host name, which leads to its page. It may stand in a row that is clicked for something else. */
export function SiteLink({ site }: { site: { id: string; name: string } }) {
  return (
    <Link
      to="/sites/$siteId"
      params={{ siteId: site.id }}
      className={classes.link}
      title={site.name}
      onClick={(event) => event.stopPropagation()}
    >
      {site.name}
    </Link>
  );
}
