import { type FragmentType, getFragmentData, graphql } from "../gql";
import classes from "./BenchCard.module.css";
import { RevisionRow } from "./RevisionRow";

const RevisionsTableFragment = graphql(/* GraphQL */ `
  fragment RevisionsTable on Bench {
    id
    siteCount
    ...RevisionRow_bench
    revisions {
      id
      ...RevisionRow
    }
  }
`);

/** A row per revision with its apps, how far each is behind its branch, and how the sites are spread over them. */
export function RevisionsTable({
  bench: masked,
}: {
  bench: FragmentType<typeof RevisionsTableFragment>;
}) {
  const bench = getFragmentData(RevisionsTableFragment, masked);
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Revision</th>
            <th scope="col">State</th>
            <th scope="col">Apps</th>
            <th scope="col">Sites</th>
            <th scope="col" className={classes.right}>
              Built
            </th>
          </tr>
        </thead>
        <tbody>
          {bench.revisions.map((revision, index) => (
            <RevisionRow
              key={revision.id}
              bench={bench}
              revision={revision}
              newest={index === 0 && bench.revisions.length > 1}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
