import { expect, test } from "vitest";
import { amountText, moneyWords, readAmount } from "./money";

test("amounts are read as they are typed, in the digits of their currency", () => {
  expect(readAmount("49", "EUR")).toBe(4900);
  expect(readAmount(" 49.5 ", "EUR")).toBe(4950);
  expect(readAmount("49,05", "EUR")).toBe(4905);
  expect(readAmount("4900", "JPY")).toBe(4900);
  expect(readAmount("1.234", "KWD")).toBe(1234);
  for (const typed of ["", "-1", "1.005", "1e3", "1 000", "12345678901"]) {
    expect(readAmount(typed, "EUR")).toBeUndefined();
  }
  expect(readAmount("1.5", "JPY")).toBeUndefined();
});

test("amounts are shown with their currency", () => {
  expect(moneyWords({ amount: 123456, currency: "EUR" })).toBe("1,234.56 EUR");
  expect(moneyWords({ amount: 4900, currency: "JPY" })).toBe("4,900 JPY");
  expect(amountText({ amount: 905, currency: "EUR" })).toBe("9.05");
});
