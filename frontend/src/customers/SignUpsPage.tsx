import { IconUserPlus } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { SignUpsPageQuery as Answer } from "../gql/graphql";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FilterChip } from "../ui/FilterChip";
import { PageHeader } from "../ui/PageHeader";
import { Pager, pageSize } from "../ui/Pager";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import classes from "./customers.module.css";
import { signUpLooks, signUpOptions } from "./looks";
import { SearchBox } from "./SearchBox";
import { SignUpDeeds } from "./SignUpDeeds";
import { readSignUpsSearch, type SignUpsSearch } from "./search";

const SignUpsPageQuery = graphql(/* GraphQL */ `
  query SignUpsPage($first: Int!, $after: String, $filter: SignUpFilter) {
    signUps(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        state
        stateReason
        siteName
        name
        email
        company
        clientAddress
        region
        earlier
        disposable
        mail
        mailError
        expiresAt
        createdAt
        plan {
          id
          name
        }
        customer {
          id
          name
        }
        action {
          id
        }
      }
    }
  }
`);

/** A sign-up as the list knows it. */
export type ListedSignUp = Answer["signUps"]["nodes"][number];

const route = getRouteApi("/shell/sign-ups");
const flags = [
  { value: "repeated", label: "Signed up before" },
  { value: "disposable", label: "Disposable address" },
] as const;

/** Who asked for a site on the website, where each stands, and who of them was here before. */
export function SignUpsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const onlyLook = may(me.role, "OPERATOR") ? undefined : "Operators may do this; you may look";
  const searchBox = useRef<HTMLInputElement>(null);
  const change = useCallback(
    (next: Partial<SignUpsSearch>) =>
      void navigate({
        search: (now) => readSignUpsSearch({ ...now, trail: [], ...next }),
        replace: true,
      }),
    [navigate],
  );
  const find = useCallback((q: string) => change({ q }), [change]);
  const filter = {
    ...(search.q ? { search: search.q } : {}),
    ...(search.state ? { states: search.state } : {}),
    ...(search.repeated ? { repeated: true } : {}),
    ...(search.disposable ? { disposable: true } : {}),
  };
  const [{ data, error }, again] = usePolledQuery({
    query: SignUpsPageQuery,
    variables: { first: pageSize, after: search.trail?.at(-1) ?? null, filter },
    every: 5000,
  });
  const refresh = () => again({ requestPolicy: "network-only" });
  const page = data?.signUps;
  const narrowed = Object.keys(filter).length > 0;

  const columns: Column<ListedSignUp>[] = [
    {
      key: "state",
      header: "State",
      width: "170px",
      wrap: true,
      cell: ({ state, stateReason, mail, mailError, expiresAt }) => (
        <>
          <StatusBadge look={signUpLooks[state]} quiet />
          {stateReason ? <div className={classes.dim}>{stateReason}</div> : null}
          {state === "UNVERIFIED" ? (
            <div className={classes.dim}>
              {mailWords(mail, mailError)}; it expires <RelativeTime at={expiresAt} />
            </div>
          ) : null}
        </>
      ),
    },
    {
      key: "person",
      header: "Person",
      wrap: true,
      cell: ({ name, email, company, customer, earlier, disposable }) => (
        <>
          {customer ? (
            <Link
              to="/customers/$customerId"
              params={{ customerId: customer.id }}
              search={{}}
              className={classes.link}
            >
              {name}
            </Link>
          ) : (
            name
          )}{" "}
          <span className={classes.dim}>
            {email}
            {company ? ` · ${company}` : ""}
          </span>
          {earlier > 0 || disposable ? (
            <div className={classes.marks}>
              {earlier > 0 ? (
                <Link to="/sign-ups" search={{ q: email }} className={classes.link}>
                  <StatusBadge
                    look={{ tone: "wait", word: `Signed up ${earlier}× before` }}
                    quiet
                  />
                </Link>
              ) : null}
              {disposable ? (
                <StatusBadge look={{ tone: "wait", word: "Disposable address" }} quiet />
              ) : null}
            </div>
          ) : null}
        </>
      ),
    },
    { key: "site", header: "Site", wrap: true, cell: ({ siteName }) => siteName },
    {
      key: "plan",
      header: "Plan",
      cell: ({ plan, region }) => `${plan.name}${region ? ` · ${region}` : ""}`,
    },
    { key: "from", header: "From", cell: ({ clientAddress }) => clientAddress },
    {
      key: "came",
      header: "Came",
      align: "right",
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    {
      key: "deeds",
      header: "",
      align: "right",
      width: "1%",
      cell: (signUp) => <SignUpDeeds signUp={signUp} onlyLook={onlyLook} onDone={refresh} />,
    },
  ];

  return (
    <>
      <PageHeader title="Sign-ups" />
      <div role="search" className={classes.bar} aria-label="Filters">
        <SearchBox
          label="Search by person or site"
          value={search.q ?? ""}
          onChange={find}
          input={searchBox}
        />
        <FilterChip
          label="State"
          options={signUpOptions}
          values={search.state ?? []}
          onChange={(state) => change({ state })}
        />
        <FilterChip
          label="Worth a look"
          options={[...flags]}
          values={flags.map(({ value }) => value).filter((value) => search[value])}
          onChange={(chosen) =>
            change({
              repeated: chosen.includes("repeated"),
              disposable: chosen.includes("disposable"),
            })
          }
        />
        <span className={classes.spacer} />
        <span className={classes.dim}>
          {page ? `${page.totalCount.toLocaleString("en")} match` : ""}
        </span>
      </div>
      {error && !page ? (
        <ErrorPanel title="The sign-ups could not be loaded" error={error} onRetry={refresh} />
      ) : (
        <DataTable
          label="Sign-ups"
          columns={columns}
          rows={page?.nodes}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              icon={<IconUserPlus size={20} />}
              title={narrowed ? "No sign-up matches" : "Nobody has signed up yet"}
            >
              {narrowed
                ? "Take a filter away to see more."
                : "The website signs people up with a token of its own; see the guide for scripts."}
            </EmptyState>
          }
        />
      )}
      {page ? (
        <Pager
          trail={search.trail ?? []}
          total={page.totalCount}
          endCursor={page.pageInfo.endCursor}
          hasNextPage={page.pageInfo.hasNextPage}
          onTrail={(trail) => change({ trail })}
          words={["Newer", "Older"]}
        />
      ) : null}
    </>
  );
}

function mailWords(mail: ListedSignUp["mail"], fault: string): string {
  if (mail === "SENT") {
    return "Link sent";
  }
  if (mail === "FAILED") {
    return `Link not sent: ${fault}`;
  }
  return fault ? `Link not sent yet: ${fault}` : "Link not sent yet";
}
