import { Button, Checkbox, Select, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { may, useMe } from "../client/me";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { siteNameFault } from "../ui/names";
import { PageHeader } from "../ui/PageHeader";
import { useDraft } from "../ui/useDraft";
import { type Created, CreatedSite } from "./CreatedSite";
import classes from "./CreateSitePage.module.css";
import { type Customer, CustomerSelect } from "./CustomerSelect";
import { appsOfAll, benchFault } from "./choices";
import { PlacementView } from "./PlacementView";

const CreateSiteChoicesQuery = graphql(/* GraphQL */ `
  query CreateSiteChoices {
    benches {
      id
      name
      siteCount
      closedToSites
      closedWhy
      server {
        id
        name
        region
        closedToSites
        closedWhy
      }
      revisions {
        id
        name
        status
        version
        apps {
          app
          version
        }
      }
    }
    plans {
      id
      name
      closed
    }
  }
`);

const PlacementQuery = graphql(/* GraphQL */ `
  query Placement($input: PlacementInput!) {
    placement(input: $input) {
      chosen {
        benchId
      }
      ...PlacementView
    }
  }
`);

const CreateSiteMutation = graphql(/* GraphQL */ `
  mutation CreateSite($input: CreateSiteInput!) {
    createSite(input: $input) {
      site {
        id
      }
      action {
        id
      }
      administratorPassword
    }
  }
`);

interface SiteDraft {
  name: string;
  /** A bench, or that Central chooses the one with the most room. */
  benchId: string;
  /** Where that one is to be; anywhere when empty. */
  region: string;
  /** The plan of which a subscription begins with the site; none when empty. */
  planId: string;
  /** Whose that is. */
  customer: Customer | null;
  /** Apps that are not wanted, besides the first, which every site has. */
  without: string[];
}

const mostRoom = "most-room";
const blank: SiteDraft = {
  name: "",
  benchId: "",
  region: "",
  planId: "",
  customer: null,
  without: [],
};
const fields = ["name", "benchId", "region", "apps", "planId", "customerId"];

/** A new site: its host name, the bench that it lives on or that Central chooses, its apps. */
export function CreateSitePage() {
  const me = useMe();
  const [draft, type, forget] = useDraft("site", blank);
  const [left, setLeft] = useState(false);
  const [{ data, error: loadError }, again] = useQuery({ query: CreateSiteChoicesQuery });
  const [{ fetching, error }, createSite] = useMutation(CreateSiteMutation);
  const [sent, setSent] = useState("");
  const [created, setCreated] = useState<Created>();

  const benches = data?.benches ?? [];
  const bench = draft.planId === "" ? benches.find(({ id }) => id === draft.benchId) : undefined;
  const ofPlan = draft.planId !== "";
  const placing = ofPlan || draft.benchId === mostRoom;
  const revision = bench?.revisions.find(({ status }) => status === "READY");
  const apps = placing ? appsOfAll(benches) : (revision?.apps ?? []);
  const wanted = apps
    .slice(1)
    .map(({ app }) => app)
    .filter((app) => !draft.without.includes(app));
  const regions = [...new Set(benches.map(({ server }) => server.region))]
    .filter((region) => region !== "")
    .sort();
  const [{ data: placed, error: placeError }] = useQuery({
    query: PlacementQuery,
    variables: { input: { region: draft.region, apps: wanted } },
    requestPolicy: "cache-and-network",
    pause: !placing,
  });
  const placement = placing ? placed?.placement : undefined;
  const wrong = siteNameFault(draft.name);
  const refused = sent === JSON.stringify(draft) ? fieldFaults(error, fields) : {};
  const allowed = may(me.role, "OPERATOR");
  const ready =
    allowed &&
    wrong === "" &&
    (!ofPlan || draft.customer !== null) &&
    (placing ? Boolean(placement?.chosen) : revision !== undefined);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || fetching) {
      return;
    }
    setSent(JSON.stringify(draft));
    const result = await createSite(
      {
        input: {
          name: draft.name,
          ...(placing ? { region: draft.region } : { benchId: draft.benchId }),
          ...(ofPlan && draft.customer
            ? { planId: draft.planId, customerId: draft.customer.id }
            : {}),
          apps: wanted,
        },
      },
      shownInPlace,
    );
    const answer = result.data?.createSite;
    if (answer) {
      forget();
      setCreated({
        name: draft.name,
        actionId: answer.action.id,
        password: answer.administratorPassword,
      });
    }
  };

  if (created) {
    return (
      <>
        <PageHeader title="New site" />
        <CreatedSite created={created} />
      </>
    );
  }
  return (
    <>
      <PageHeader title="New site" />
      {loadError && !data ? (
        <ErrorPanel
          title="The benches could not be loaded"
          error={loadError}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : null}
      <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextInput
          label="Host name"
          description="Visitors reach the site by it"
          placeholder="acme.example.com"
          required
          autoFocus
          value={draft.name}
          error={refused.name || (left && draft.name !== "" ? wrong : "")}
          onBlur={() => setLeft(true)}
          onChange={(event) => type({ name: event.currentTarget.value.trim().toLowerCase() })}
        />
        <Select
          label="Plan"
          description="A subscription begins with the site, which goes where there is most room"
          placeholder="None: it is for nobody yet"
          clearable
          searchable
          value={draft.planId || null}
          error={refused.planId}
          onChange={(planId) => type({ planId: planId ?? "", without: [] })}
          data={(data?.plans ?? [])
            .filter(({ closed }) => !closed)
            .map(({ id, name }) => ({ value: id, label: name }))}
        />
        {ofPlan ? (
          <CustomerSelect
            customer={draft.customer}
            error={refused.customerId}
            onChange={(customer) => type({ customer })}
          />
        ) : null}
        <Select
          label="Bench"
          description={
            ofPlan ? "With a plan, Central chooses it" : "The site lives on its newest revision"
          }
          disabled={ofPlan}
          placeholder={data && benches.length === 0 ? "There is no bench yet" : "Choose a bench"}
          required
          searchable
          value={ofPlan ? mostRoom : draft.benchId || null}
          error={refused.benchId}
          onChange={(benchId) => type({ benchId: benchId ?? "", without: [] })}
          data={[
            ...(benches.length > 0 ? [{ value: mostRoom, label: "Where there is most room" }] : []),
            ...benches.map((one) => {
              const fault = benchFault(one);
              const said = fault || `${one.siteCount.toLocaleString("en")} sites`;
              return {
                value: one.id,
                label: `${one.name} · ${one.server.name} · ${said}`,
                disabled: fault !== "",
              };
            }),
          ]}
        />
        {placing && regions.length > 0 ? (
          <Select
            label="Region"
            description="Where its server stands"
            placeholder="Anywhere"
            clearable
            value={draft.region || null}
            error={refused.region}
            onChange={(region) => type({ region: region ?? "" })}
            data={regions}
          />
        ) : null}
        {data && benches.length === 0 ? (
          <Text size="sm">
            <Link to="/benches" search={{ add: true }}>
              Create a bench
            </Link>{" "}
            first.
          </Text>
        ) : null}
        {apps.length > 0 ? (
          <fieldset className={classes.apps}>
            <legend>Apps</legend>
            {apps.map(({ app, version }, index) => (
              <Checkbox
                key={app}
                label={
                  <>
                    {app} <span className={classes.version}>{version}</span>
                  </>
                }
                description={index === 0 ? "Every site has it" : undefined}
                disabled={index === 0}
                checked={index === 0 || !draft.without.includes(app)}
                onChange={(event) =>
                  type({
                    without: event.currentTarget.checked
                      ? draft.without.filter((one) => one !== app)
                      : [...draft.without, app],
                  })
                }
              />
            ))}
            {refused.apps ? (
              <Text size="xs" c="red">
                {refused.apps}
              </Text>
            ) : null}
          </fieldset>
        ) : null}
        {bench && revision ? (
          <p className={classes.preview}>
            <b>{draft.name || "The site"}</b> is created on{" "}
            <span className={classes.mono}>
              {bench.name} {revision.name}
            </span>{" "}
            ({revision.version}) on <span className={classes.mono}>{bench.server.name}</span>, with
            a database and a user of its own, and routed through the proxies. No other site is
            touched. If it fails, nothing is left behind.
          </p>
        ) : null}
        {placement ? <PlacementView placement={placement} /> : null}
        {placing && placeError ? (
          <ErrorPanel title="Where it would go is not known" error={placeError} />
        ) : null}
        {error && refused[""] ? (
          <ErrorPanel title="The site was not created" error={error} />
        ) : null}
        <div className={classes.buttons}>
          <Button
            type="submit"
            loading={fetching}
            disabled={!ready}
            title={allowed ? undefined : "Operators may do this; you may look"}
          >
            {draft.name && wrong === "" ? `Create ${draft.name}` : "Create the site"}
          </Button>
          <Button component={Link} to="/sites" variant="default">
            Back to sites
          </Button>
        </div>
      </form>
    </>
  );
}
