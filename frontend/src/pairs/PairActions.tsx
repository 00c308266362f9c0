import { Button, Menu, Tooltip } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useMe } from "../client/me";
import { deedWords, offered, whyNot } from "./allowed";
import type { Pair } from "./pair";
import type { Deed } from "./pairsSearch";

const menu: readonly Deed[] = [
  "rehearse",
  "switchOver",
  "failOver",
  "setUp",
  "rebuild",
  "dissolve",
];

/** What can be done with a pair: what it most likely needs first, what hurts most in the menu. */
export function PairActions({ pair, onOpen }: { pair: Pair; onOpen: (deed: Deed) => void }) {
  const me = useMe();
  const first = pair.newHostKeys.length > 0 ? "setUp" : offered(pair.status);
  const shown: Deed[] = first ? [first] : ["rehearse", "switchOver"];
  const others = menu.filter((deed) => !shown.includes(deed));
  return (
    <>
      {shown.map((deed) => {
        const refusal = whyNot(deed, pair, me.role);
        return (
          <Tooltip key={deed} label={refusal} disabled={refusal === ""} multiline maw={320}>
            <Button
              variant={deed === "rehearse" ? "default" : "filled"}
              data-disabled={refusal !== "" || undefined}
              aria-disabled={refusal !== "" || undefined}
              aria-description={refusal || undefined}
              onClick={() => refusal === "" && onOpen(deed)}
            >
              {deed === "setUp" && pair.status !== "READY" ? "Set up" : deedWords[deed]}…
            </Button>
          </Tooltip>
        );
      })}
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((deed) => {
            const refusal = whyNot(deed, pair, me.role);
            const hurts = deed === "failOver" || deed === "rebuild" || deed === "dissolve";
            return (
              <Menu.Item
                key={deed}
                {...(hurts ? { color: "red" } : {})}
                disabled={refusal !== ""}
                onClick={() => onOpen(deed)}
              >
                {deedWords[deed]}…
                {refusal ? (
                  <div style={{ fontSize: 12, whiteSpace: "normal" }}>{refusal}</div>
                ) : null}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
