import { IconChevronRight } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { Fragment } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { crumbsOf } from "./crumbs";
import { pages } from "./pages";
import classes from "./Shell.module.css";

const ServerNameQuery = graphql(/* GraphQL */ `
  query ServerName($id: ID!) {
    server(id: $id) {
      id
      name
    }
  }
`);

const PairNameQuery = graphql(/* GraphQL */ `
  query PairName($id: ID!) {
    pair(id: $id) {
      id
      name
    }
  }
`);

const CustomerNameQuery = graphql(/* GraphQL */ `
  query CustomerName($id: ID!) {
    customer(id: $id) {
      id
      name
    }
  }
`);

/** Where one is: the page of the rail, and the thing on it by its name. */
export function Crumbs() {
  const { pathname } = useLocation();
  const [, first = "", id = ""] = pathname.split("/");
  const [{ data: server }] = useQuery({
    query: ServerNameQuery,
    variables: { id },
    requestPolicy: "cache-first",
    pause: first !== "servers" || id === "",
  });
  const [{ data: pair }] = useQuery({
    query: PairNameQuery,
    variables: { id },
    requestPolicy: "cache-first",
    pause: first !== "pairs" || id === "",
  });
  const [{ data: customer }] = useQuery({
    query: CustomerNameQuery,
    variables: { id },
    requestPolicy: "cache-first",
    pause: first !== "customers" || id === "",
  });
  // A query that rests keeps its last answer.
  const names = { servers: server?.server, pairs: pair?.pair, customers: customer?.customer };
  const thing =
    first === "servers" || first === "pairs" || first === "customers" ? names[first] : null;
  const name = thing?.id === id ? thing.name : undefined;
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
