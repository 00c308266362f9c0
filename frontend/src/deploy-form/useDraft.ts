import { useSessionStorage } from "@mantine/hooks";
import { useCallback } from "react";
import { changeDraft, type Draft, type DraftChange, newDraft, randomId } from "./draft";

/** The form's content; it survives a reload and an error, and is forgotten with the window. */
export function useDraft() {
  const [draft, set] = useSessionStorage<Draft>({
    key: "central.deploy-form",
    defaultValue: newDraft(""),
    getInitialValueInEffect: false,
  });
  const change = useCallback(
    (what: DraftChange) =>
      set((current) => changeDraft(current.formId ? current : newDraft(randomId()), what)),
    [set],
  );
  return { draft, change };
}
