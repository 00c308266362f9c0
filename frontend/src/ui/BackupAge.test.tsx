import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { BackupAge } from "./BackupAge";

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

function shown(at: string | null, created?: string) {
  render(
    <MantineProvider env="test">
      <p data-testid="age">
        <BackupAge at={at} {...(created ? { created } : {})} />
      </p>
    </MantineProvider>,
  );
  const age = screen.getByTestId("age");
  return [age.textContent, age.firstElementChild?.getAttribute("data-age")];
}

describe("the age of a backup", () => {
  it("says that there is none", () => {
    expect(shown(null)).toEqual(["never", "none"]);
  });
  it("does not blame a new site for having none", () => {
    expect(shown(null, hoursAgo(1))).toEqual(["not yet", "new"]);
  });
  it("says so of a site that should have one by now", () => {
    expect(shown(null, hoursAgo(72))).toEqual(["never", "none"]);
  });
  it("is quiet while it is fresh", () => {
    expect(shown(hoursAgo(47))).toEqual(["1 d ago", "fresh"]);
  });
  it("is marked when it was missed", () => {
    expect(shown(hoursAgo(73))).toEqual(["3 d ago", "old"]);
  });
});
