import { Button } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { useMe } from "../client/me";
import { graphql } from "../gql";
import type { DomainState } from "../gql/schema";
import { Copy } from "../ui/Copy";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import type { Look } from "../ui/tones";
import classes from "./SitePage.module.css";
import { whyNot } from "./siteDeeds";
import type { PageSite } from "./sitePageQuery";

const RemoveMutation = graphql(/* GraphQL */ `
  mutation RemoveDomain($input: DomainInput!) {
    removeDomain(input: $input) {
      action {
        id
      }
      site {
        id
        busyWith {
          id
        }
        domains {
          id
          state
        }
      }
    }
  }
`);

const MainMutation = graphql(/* GraphQL */ `
  mutation SetMainDomain($input: DomainInput!) {
    setMainDomain(input: $input) {
      action {
        id
      }
      site {
        id
        busyWith {
          id
        }
      }
    }
  }
`);

const looks: Record<DomainState, Look> = {
  ADDING: { tone: "run", word: "Being added" },
  ACTIVE: { tone: "done", word: "Leads here" },
  REMOVING: { tone: "idle", word: "Being removed" },
};

type Domain = PageSite["domains"][number];

/** The host names that lead to a site besides its own. */
export function SiteDomains({ site, onAdd }: { site: PageSite; onAdd: () => void }) {
  const me = useMe();
  const [, remove] = useMutation(RemoveMutation);
  const [, setMain] = useMutation(MainMutation);
  const fault = whyNot("domain", site, me.role);
  const main = site.domains.find((domain) => domain.main);
  const input = (name: string) => ({ input: { siteId: site.id, name } });
  return (
    <section className={classes.section} aria-label="Domains">
      <div className={classes.sectionHead}>
        <h2 className={classes.title}>Domains</h2>
        <Button
          size="compact-xs"
          variant="default"
          className={classes.end}
          disabled={fault !== ""}
          title={fault || undefined}
          onClick={onAdd}
        >
          Add a domain…
        </Button>
      </div>
      <ul className={classes.list}>
        {site.domains.length === 0 ? (
          <li className={classes.row}>
            <span className={classes.dim}>Only {site.name} leads here</span>
          </li>
        ) : null}
        {site.domains.map((domain) => (
          <DomainLine
            key={domain.id}
            domain={domain}
            fault={fault}
            onRemove={() => void remove(input(domain.name))}
            onMain={() => void setMain(input(domain.main ? "" : domain.name))}
          />
        ))}
      </ul>
      {main ? (
        <p className={classes.dim}>
          In its links and mails the site calls itself {main.name}; {site.name} leads here too.
        </p>
      ) : null}
    </section>
  );
}

function DomainLine({
  domain,
  fault,
  onRemove,
  onMain,
}: {
  domain: Domain;
  fault: string;
  onRemove: () => void;
  onMain: () => void;
}) {
  const [sure, setSure] = useState(false);
  const busy = fault !== "" || domain.state !== "ACTIVE";
  return (
    <li className={classes.row}>
      <StatusBadge look={looks[domain.state]} quiet />
      <span className={classes.what}>
        <Copy value={domain.name} what="domain" />
        <span className={classes.dim}>
          {domain.certificate
            ? domain.certificate.warning || (
                <>
                  https
                  {domain.certificate.notAfter ? (
                    <>
                      {" until "}
                      <RelativeTime at={domain.certificate.notAfter} />
                    </>
                  ) : null}
                </>
              )
            : " without https"}
        </span>
      </span>
      <span className={classes.buttons}>
        <Button size="compact-xs" variant="subtle" disabled={busy} onClick={onMain}>
          {domain.main ? "Not its address" : "Its address"}
        </Button>
        {sure ? (
          <Button size="compact-xs" color="red" disabled={busy} onClick={onRemove}>
            Remove {domain.name}
          </Button>
        ) : (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            disabled={busy}
            title={fault || undefined}
            onClick={() => setSure(true)}
          >
            Remove…
          </Button>
        )}
      </span>
    </li>
  );
}
