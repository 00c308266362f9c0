import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/**
 * Keeps the end of a scrolled list in sight while `live`, until somebody scrolls up; scrolling back to the end goes
 * on following. `content` changes whenever the list does.
 */
export function useFollow(
  live: boolean,
  content: unknown,
): {
  frame: RefObject<HTMLElement | null>;
  following: boolean;
  follow: () => void;
  onScroll: () => void;
} {
  const frame = useRef<HTMLElement>(null);
  const last = useRef(0);
  const [following, setFollowing] = useState(live);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new moves the end
  useLayoutEffect(() => {
    if (live && following && frame.current) {
      frame.current.scrollTop = frame.current.scrollHeight;
      last.current = frame.current.scrollTop;
    }
  }, [live, following, content]);

  const onScroll = () => {
    const element = frame.current;
    if (!element) {
      return;
    }
    const up = element.scrollTop < last.current;
    last.current = element.scrollTop;
    const atEnd = element.scrollTop >= element.scrollHeight - element.clientHeight - 4;
    if (atEnd) {
      setFollowing(true);
    } else if (up) {
      setFollowing(false);
    }
  };
  return { frame, following, follow: () => setFollowing(true), onScroll };
}
