import { graphql } from "../gql";
import type { SitePageQuery as Answer } from "../gql/graphql";

/** All that the page of a site shows at first. */
export const SitePageQuery = graphql(/* GraphQL */ `
  query SitePage($id: ID!) {
    site(id: $id) {
      id
      name
      status
      statusReason
      serving
      version
      maintenanceSince
      createdAt
      lastBackupAt
      bench {
        id
        name
      }
      server {
        id
        name
        pair {
          id
          name
        }
      }
      revision {
        id
        name
      }
      busyWith {
        id
        title
        percent
        step
        deploy {
          id
        }
      }
      health {
        state
        since
        checkedAt
        status
      }
      certificate {
        id
        notAfter
        warning
      }
      domains {
        id
        name
        state
        main
        certificate {
          id
          notAfter
          warning
        }
      }
      configuration {
        id
        name
        value
        secret
        actorName
        updatedAt
      }
      subscription {
        id
        state
        stateEndsAt
        cancelAt
        plan {
          id
          name
        }
        customer {
          id
          name
        }
      }
      changes(first: 50) {
        id
        fromState
        toState
        at
        why
      }
    }
    actions(first: 50, filter: { siteId: $id }) {
      nodes {
        id
        title
        status
        actorName
        createdAt
        downSeconds
        deploy {
          id
          title
        }
      }
    }
  }
`);

/** A site as its page knows it. */
export type PageSite = NonNullable<Answer["site"]>;

/** An action on it. */
export type PageAction = Answer["actions"]["nodes"][number];
