import { Copy } from "./Copy";

/** The first eight digits of a commit; a click copies all of it. */
export function Commit({ commit }: { commit: string }) {
  return <Copy value={commit} shown={commit.slice(0, 8)} what="commit" />;
}
