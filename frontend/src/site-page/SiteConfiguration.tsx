import { Button } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { useMe } from "../client/me";
import { RelativeTime } from "../ui/RelativeTime";
import { ConfigureMutation } from "./ConfigureDialog";
import classes from "./SitePage.module.css";
import { whyNot } from "./siteDeeds";
import type { PageSite } from "./sitePageQuery";

/** The keys of a site's configuration that were set here. Those that look like secrets do not show what they hold. */
export function SiteConfiguration({ site, onSet }: { site: PageSite; onSet: () => void }) {
  const me = useMe();
  const fault = whyNot("configure", site, me.role);
  return (
    <section className={classes.section} aria-label="Configuration">
      <div className={classes.sectionHead}>
        <h2 className={classes.title}>Configuration</h2>
        <Button
          size="compact-xs"
          variant="default"
          className={classes.end}
          disabled={fault !== ""}
          title={fault || undefined}
          onClick={onSet}
        >
          Set a key…
        </Button>
      </div>
      <ul className={classes.list}>
        {site.configuration.length === 0 ? (
          <li className={classes.row}>
            <span className={classes.dim}>Nothing was set here</span>
          </li>
        ) : null}
        {site.configuration.map((key) => (
          <KeyLine key={key.id} siteId={site.id} of={key} fault={fault} />
        ))}
      </ul>
    </section>
  );
}

function KeyLine({
  siteId,
  of,
  fault,
}: {
  siteId: string;
  of: PageSite["configuration"][number];
  fault: string;
}) {
  const [sure, setSure] = useState(false);
  const [{ fetching }, configure] = useMutation(ConfigureMutation);
  const remove = () =>
    void configure({ input: { siteId, changes: [{ name: of.name, value: null }] } });
  return (
    <li className={classes.row}>
      <code className={classes.code}>{of.name}</code>
      <span className={classes.what}>
        {of.secret ? (
          <span className={classes.dim}>a secret, not shown</span>
        ) : (
          <code className={classes.code}>{of.value}</code>
        )}
      </span>
      <Button
        size="compact-xs"
        variant={sure ? "filled" : "subtle"}
        color="red"
        loading={fetching}
        disabled={fault !== ""}
        title={fault || undefined}
        onClick={sure ? remove : () => setSure(true)}
      >
        {sure ? `Remove ${of.name}` : "Remove…"}
      </Button>
      <span className={classes.why}>
        by {of.actorName} <RelativeTime at={of.updatedAt} />
      </span>
    </li>
  );
}
