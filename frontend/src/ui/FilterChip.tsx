import { Checkbox, Popover, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./FilterChip.module.css";

/** One choice of a filter. */
export interface FilterOption {
  value: string;
  label: string;
  /** A figure or word beside it. */
  hint?: string;
}

/** With more options than this, a box to search them appears. */
const SEARCH_FROM = 8;

/** One filter of a list: dashed while it is off, with its values while it is on. */
export function FilterChip<Value extends string>({
  label,
  options,
  values,
  onChange,
}: {
  label: string;
  options: (FilterOption & { value: Value })[];
  values: readonly Value[];
  onChange: (values: Value[]) => void;
}) {
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState("");
  const on = values.length > 0;
  const nameOf = (value: Value) => options.find((one) => one.value === value)?.label ?? value;
  const shown = options.filter(({ label }) => label.toLowerCase().includes(search.toLowerCase()));
  const flip = (value: Value) =>
    onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);

  return (
    <div className={classes.chip} data-on={on || undefined}>
      <Popover
        opened={opened}
        onChange={setOpened}
        onClose={() => setSearch("")}
        position="bottom-start"
        width={260}
        shadow="md"
        trapFocus
      >
        <Popover.Target>
          <button type="button" onClick={() => setOpened(!opened)}>
            {on ? null : <IconPlus size={13} aria-hidden />}
            {label}
            {on ? (
              <span className={classes.values}>
                {nameOf(values[0] as Value)}
                {values.length > 1 ? ` +${values.length - 1}` : ""}
              </span>
            ) : null}
          </button>
        </Popover.Target>
        <Popover.Dropdown p={6} aria-label={label}>
          {options.length >= SEARCH_FROM ? (
            <TextInput
              size="xs"
              data-autofocus
              aria-label={`Search ${label}`}
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          ) : null}
          <div className={classes.options}>
            {shown.map((option) => (
              <label key={option.value} className={classes.option}>
                <Checkbox
                  size="xs"
                  checked={values.includes(option.value)}
                  onChange={() => flip(option.value)}
                />
                <span>{option.label}</span>
                {option.hint ? <small>{option.hint}</small> : null}
              </label>
            ))}
            {shown.length === 0 ? <div className={classes.none}>Nothing matches.</div> : null}
          </div>
        </Popover.Dropdown>
      </Popover>
      {on ? (
        <button
          type="button"
          className={classes.remove}
          aria-label={`Remove the filter ${label}`}
          onClick={() => onChange([])}
        >
          <IconX size={13} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}
