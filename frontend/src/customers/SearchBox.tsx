import { Kbd, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type RefObject, useEffect, useState } from "react";
import classes from "./customers.module.css";

/** How long to wait for the next letter before the list is asked for. */
const TYPING_MS = 150;

/** The search of a list. What is typed goes into the address a moment later. */
export function SearchBox({
  label,
  value,
  onChange,
  input,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  input: RefObject<HTMLInputElement | null>;
}) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (value !== known) {
    // The address changed by other means: a link, the back button, a cleared filter.
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === known) {
      return;
    }
    const timer = setTimeout(() => {
      setKnown(typed.trim());
      onChange(typed.trim());
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, known, onChange]);
  return (
    <TextInput
      ref={input}
      className={classes.search}
      size="xs"
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={typed === "" ? <Kbd size="xs">/</Kbd> : null}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.currentTarget.blur();
        }
      }}
    />
  );
}
