import { IconChevronRight } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { Fragment } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { crumbsOf } from "./crumbs";
import { pages } from "./pages";
import classes from "./Shell.module.css";

/** What is asked for the name of a thing, by the page of the rail that it is on. */
const nameQueries = {
  servers: graphql(/* GraphQL */ `
    query ServerName($id: ID!) {
      thing: server(id: $id) {
        __typename
        id
        name
      }
    }
  `),
  pairs: graphql(/* GraphQL */ `
    query PairName($id: ID!) {
      thing: pair(id: $id) {
        __typename
        id
        name
      }
    }
  `),
  benches: graphql(/* GraphQL */ `
    query BenchName($id: ID!) {
      thing: bench(id: $id) {
        __typename
        id
        name
      }
    }
  `),
  sites: graphql(/* GraphQL */ `
    query SiteName($id: ID!) {
      thing: site(id: $id) {
        __typename
        id
        name
      }
    }
  `),
  customers: graphql(/* GraphQL */ `
    query CustomerName($id: ID!) {
      thing: customer(id: $id) {
        __typename
        id
        name
      }
    }
  `),
};

type Named = keyof typeof nameQueries;

const types: Record<Named, string> = {
  servers: "Server",
  pairs: "Pair",
  benches: "Bench",
  sites: "Site",
  customers: "Customer",
};

/** Where one is: the page of the rail, and the thing on it by its name. */
export function Crumbs() {
  const { pathname } = useLocation();
  const [, first = "", id = ""] = pathname.split("/");
  const named = first in nameQueries ? (first as Named) : null;
  const [{ data }] = useQuery<{ thing?: { __typename: string; id: string; name: string } | null }>({
    query: nameQueries[named ?? "servers"],
    variables: { id },
    requestPolicy: "cache-first",
    pause: named === null || !/^\d+$/.test(id),
  });
  // A query that rests keeps its last answer.
  const thing = data?.thing;
  const name =
    named && thing?.id === id && thing.__typename === types[named] ? thing.name : undefined;
  const crumbs = crumbsOf(pathname, pages, name);
  return (
    <nav className={classes.crumbs} aria-label="Where you are">
      {crumbs.map(({ to, word }, index) => (
        <Fragment key={to}>
          {index > 0 ? <IconChevronRight size={13} aria-hidden /> : null}
          {index < crumbs.length - 1 ? (
            <Link to={to}>{word}</Link>
          ) : (
            <span aria-current="page">{word}</span>
          )}
        </Fragment>
      ))}
    </nav>
  );
}
