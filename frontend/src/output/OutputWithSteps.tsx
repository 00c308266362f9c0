import { useRef } from "react";
import { useLineHash } from "./lineHash";
import { OutputSteps } from "./OutputSteps";
import { OutputViewer, type OutputViewerHandle } from "./OutputViewer";
import classes from "./OutputWithSteps.module.css";
import { useActionOutput } from "./useActionOutput";

/** The live output of one action beside its steps with their times; its lines have an address. */
export function OutputWithSteps({ actionId, name }: { actionId: string; name: string }) {
  return <Followed key={actionId} actionId={actionId} name={name} />;
}

function Followed({ actionId, name }: { actionId: string; name: string }) {
  const { output, stream } = useActionOutput(actionId);
  const [range, point] = useLineHash();
  const viewer = useRef<OutputViewerHandle>(null);
  return (
    <div className={classes.pair}>
      <OutputSteps
        sections={output.sections}
        onPick={(section) => viewer.current?.showSection(section)}
      />
      <div className={classes.viewer}>
        <OutputViewer
          handle={viewer}
          output={output}
          stream={stream}
          range={range}
          onRange={point}
          name={name}
        />
      </div>
    </div>
  );
}
