import { useEffect, useState } from "react";
import { type AnyVariables, type UseQueryArgs, type UseQueryResponse, useQuery } from "urql";
import { isOffline } from "./errors";

/**
 * `useQuery` that asks again every `every` milliseconds while the page is visible, and at once when
 * it becomes visible. What is shown stays until the newer answer is there, also while the line is down: the frame says
 * since when it is old.
 */
export function usePolledQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data> & { every: number },
): UseQueryResponse<Data, Variables> {
  const { every, ...queryArgs } = args;
  const [state, again, ...rest] = useQuery<Data, Variables>(
    queryArgs as UseQueryArgs<Variables, Data>,
  );
  // The last answer, and which question it answers.
  const [last, setLast] = useState<{ key: number | undefined; data: Data | undefined }>();
  const key = state.operation?.key;
  if (state.data && !state.error && last?.data !== state.data) {
    setLast({ key, data: state.data });
  }
  const paused = args.pause ?? false;

  useEffect(() => {
    if (paused) {
      return;
    }
    const ask = () => {
      if (document.visibilityState === "visible") {
        again({ requestPolicy: "network-only" });
      }
    };
    const timer = setInterval(ask, every);
    document.addEventListener("visibilitychange", ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [again, every, paused]);

  if (state.error && !state.data && last?.data && last.key === key && isOffline(state.error)) {
    return [{ ...state, data: last.data }, again, ...rest];
  }
  return [state, again, ...rest];
}
