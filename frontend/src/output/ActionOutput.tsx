import { useLineHash } from "./lineHash";
import { OutputViewer } from "./OutputViewer";
import { useActionOutput } from "./useActionOutput";

/** The live output of one action, its lines linked to the page's address. */
export function ActionOutput({ actionId, name }: { actionId: string; name: string }) {
  return <Followed key={actionId} actionId={actionId} name={name} />;
}

function Followed({ actionId, name }: { actionId: string; name: string }) {
  const { output, stream } = useActionOutput(actionId);
  const [range, point] = useLineHash();
  return <OutputViewer output={output} stream={stream} range={range} onRange={point} name={name} />;
}
