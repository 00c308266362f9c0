import { type FragmentType, getFragmentData, graphql } from "../gql";
import { formatBytes } from "../ui/bytes";
import { Copy } from "../ui/Copy";
import { RelativeTime } from "../ui/RelativeTime";
import classes from "./ServerPage.module.css";

const FactsServer = graphql(/* GraphQL */ `
  fragment Facts_server on Server {
    id
    address
    port
    user
    region
    labels
    hostKeyFingerprint
    createdAt
    facts {
      os
      architecture
      kernel
      cpus
      memoryBytes
    }
  }
`);

/** What it is and how Central reaches it. */
export function Facts({ server }: { server: FragmentType<typeof FactsServer> }) {
  const known = getFragmentData(FactsServer, server);
  const { facts } = known;
  const rows: [string, React.ReactNode][] = [
    ["Address", <Copy key="address" value={`${known.user}@${known.address}`} what="address" />],
    ["Port of sshd", known.port],
    [
      "Host key",
      <Copy key="key" value={known.hostKeyFingerprint} what="fingerprint of the host key" />,
    ],
    ["Region", known.region || "–"],
    ["Labels", known.labels.join(", ") || "–"],
    ["On record", <RelativeTime key="added" at={known.createdAt} />],
  ];
  if (facts) {
    rows.push(
      ["System", `${facts.os}, ${facts.architecture}`],
      ["Kernel", facts.kernel],
      ["Machine", `${facts.cpus} CPUs, ${formatBytes(facts.memoryBytes)}`],
    );
  }
  return (
    <section className={classes.section} aria-label="Facts">
      <h2 className={classes.title}>Facts</h2>
      <ul className={classes.list}>
        {rows.map(([key, value]) => (
          <li key={key} className={classes.row}>
            <span className={classes.key}>{key}</span>
            <span className={classes.what}>{value}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
