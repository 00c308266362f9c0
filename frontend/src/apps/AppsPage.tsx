import { Button, Skeleton } from "@mantine/core";
import { IconPackage, IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useQuery } from "urql";
import { may, useMe } from "../client/me";
import { graphql } from "../gql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { AddAppForm } from "./AddAppForm";
import { AppCard } from "./AppCard";
import { AppSettings } from "./AppSettings";
import classes from "./AppsPage.module.css";

const AppsQuery = graphql(/* GraphQL */ `
  query Apps {
    apps {
      id
      name
      ...AppCard
      ...AppSettings
    }
  }
`);

/** Every app with its newest releases. */
export function AppsPage() {
  const me = useMe();
  const search = useSearch({ from: "/shell/apps" });
  const navigate = useNavigate({ from: "/apps" });
  const [{ data, error }, again] = useQuery({ query: AppsQuery });
  const admin = may(me.role, "ADMIN");
  const open = admin ? data?.apps.find(({ name }) => name === search.settings) : undefined;
  const add = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => void navigate({ search: { add: true } })}
      disabled={!admin}
      title={admin ? undefined : "Administrators may do this; you may look"}
    >
      Add an app
    </Button>
  );
  return (
    <>
      <PageHeader title="Apps" count={data?.apps.length} actions={add} />
      {error && !data ? (
        <ErrorPanel
          title="The apps could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : !data ? (
        <div className={classes.list} aria-busy>
          <Skeleton height={180} radius={10} />
          <Skeleton height={180} radius={10} />
        </div>
      ) : data.apps.length === 0 ? (
        <EmptyState icon={<IconPackage size={20} />} title="No app yet" action={add}>
          An app is a git repository. Its releases are the commits of one branch. The first is
          frappe.
        </EmptyState>
      ) : (
        <div className={classes.list}>
          {data.apps.map((app) => (
            <AppCard key={app.id} app={app} />
          ))}
        </div>
      )}
      {search.add ? (
        <AddAppForm
          names={data?.apps.map(({ name }) => name) ?? []}
          onClose={() => void navigate({ search: {} })}
        />
      ) : null}
      {open ? (
        <AppSettings key={open.id} app={open} onClose={() => void navigate({ search: {} })} />
      ) : null}
    </>
  );
}
