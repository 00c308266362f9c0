import {
  IconCircleCheck,
  IconCircleMinus,
  IconCircleXFilled,
  IconLoader2,
  IconPencil,
  IconPlugConnectedX,
} from "@tabler/icons-react";

/** How a task can end on a host, in the order in which they are counted, and how each looks. */
export const taskLooks: Record<string, { icon: typeof IconPencil; word: string }> = {
  failed: { icon: IconCircleXFilled, word: "failed" },
  unreachable: { icon: IconPlugConnectedX, word: "unreachable" },
  changed: { icon: IconPencil, word: "changed" },
  ok: { icon: IconCircleCheck, word: "ok" },
  ignored: { icon: IconCircleMinus, word: "failed, ignored" },
  skipped: { icon: IconCircleMinus, word: "skipped" },
  running: { icon: IconLoader2, word: "running" },
};

export const taskStatuses = ["failed", "unreachable", "changed", "ok", "ignored", "skipped"];
