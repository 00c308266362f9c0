import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { FiguresQuery } from "../gql/graphql";
import { FigureCharts } from "./FigureCharts";

// Charts draw nothing where they have no room; the words at their axes have no width here.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (
    this: HTMLElement,
  ) {
    const room = this.classList.contains("recharts-responsive-container");
    return DOMRect.fromRect(room ? { width: 600, height: 180 } : {});
  });
});

const figures: FiguresQuery["figures"] = {
  at: "2026-05-02T10:00:00Z",
  trialsRunning: 0,
  payingCustomers: 0,
  revenue: [],
  signUps: Array.from({ length: 10 }, (_, i) => ({ day: `2026-05-0${i}`, count: i })),
  cohorts: [
    { month: "2026-03", started: 40, converted: 20, paying: 7, conversionRatio: 0.5 },
    { month: "2026-04", started: 80, converted: 10, paying: 7, conversionRatio: 0.125 },
  ],
  churn: [
    { month: "2026-03", before: 20, gained: 5, lost: 4, churnRatio: 0.2 },
    { month: "2026-04", before: 21, gained: 6, lost: 1, churnRatio: 0.0476 },
  ],
};

const show = (given: FiguresQuery["figures"]) =>
  render(
    <MantineProvider env="test">
      <FigureCharts figures={given} />
    </MantineProvider>,
  );

test("the last value of each chart is said in words", () => {
  show(figures);
  expect(screen.getByRole("figure", { name: "Sign-ups a day, 42 in 7 days" })).toBeVisible();
  expect(
    screen.getByRole("figure", { name: "Conversion by month of sign-up, 12.5 %" }),
  ).toBeVisible();
  expect(screen.getByRole("figure", { name: "Won and lost a month, 4.8 % lost" })).toBeVisible();
});

test("cohorts and churn are drawn, a bar for each month", () => {
  show(figures);
  const cohorts = screen.getByRole("figure", { name: /^Conversion/ });
  const churn = screen.getByRole("figure", { name: /^Won and lost/ });
  for (const chart of [cohorts, churn]) {
    expect(within(chart).getByText("2026-03")).toBeInTheDocument();
    expect(within(chart).getByText("2026-04")).toBeInTheDocument();
  }
  const bars = (chart: HTMLElement) => chart.querySelectorAll(".recharts-bar-rectangle").length;
  expect(bars(cohorts)).toBe(2);
  expect(bars(churn)).toBe(4);
});

test("nothing on record yet is nothing, not an error", () => {
  show({ ...figures, signUps: [], cohorts: [], churn: [] });
  expect(screen.getByRole("figure", { name: "Sign-ups a day, 0 in 7 days" })).toBeVisible();
  expect(screen.getByRole("figure", { name: "Conversion by month of sign-up, 0 %" })).toBeVisible();
  expect(screen.getByRole("figure", { name: "Won and lost a month, 0 % lost" })).toBeVisible();
});
