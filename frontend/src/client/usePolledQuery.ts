import { useEffect } from "react";
import { type AnyVariables, type UseQueryArgs, type UseQueryResponse, useQuery } from "urql";

/**
 * `useQuery` that asks again every `every` milliseconds while the page is visible, and at once when
 * it becomes visible. What is shown stays until the newer answer is there.
 */
export function usePolledQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data> & { every: number },
): UseQueryResponse<Data, Variables> {
  const { every, ...queryArgs } = args;
  const response = useQuery<Data, Variables>(queryArgs as UseQueryArgs<Variables, Data>);
  const again = response[1];
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

  return response;
}
