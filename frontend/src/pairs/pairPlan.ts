import { graphql } from "../gql";

/** What an action on a pair would do, and what stands in its way. */
export const PairPlanQuery = graphql(/* GraphQL */ `
  query PairActionPlan($input: PairActionPlanInput!) {
    pairActionPlan(input: $input) {
      title
      does
      needsPreview
      preview {
        id
      }
      notes {
        severity
        message
      }
    }
  }
`);
