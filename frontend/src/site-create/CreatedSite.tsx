import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Copy } from "../ui/Copy";
import classes from "./CreateSitePage.module.css";

/** What whoever asked for a site is told once: the password of its Administrator. */
export interface Created {
  name: string;
  actionId: string;
  password: string;
}

/** The password of a new site, before its creation is watched. Leaving the page loses it. */
export function CreatedSite({ created }: { created: Created }) {
  return (
    <section className={classes.form} aria-label={`${created.name} is being created`}>
      <p className={classes.preview}>
        <b>{created.name}</b> is being created. Its user <b>Administrator</b> signs in with this
        password, which is shown this once; Central forgets it when the site is there.
        <span className={classes.password}>
          <Copy value={created.password} what="password" />
        </span>
      </p>
      <div className={classes.buttons}>
        <Button
          autoFocus
          renderRoot={(props) => (
            <Link to="/activity/$actionId" params={{ actionId: created.actionId }} {...props} />
          )}
        >
          Watch it being created
        </Button>
        <Button component={Link} to="/sites" variant="default">
          Back to sites
        </Button>
      </div>
    </section>
  );
}
