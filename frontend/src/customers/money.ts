/** An amount in the minor units of its currency. */
export interface Amount {
  amount: number;
  currency: string;
}

/** How many digits a currency has after the point, as ISO 4217 says; 2 for what is none. */
export function digitsOf(currency: string): number {
  try {
    const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
    return options.maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** An amount as people read it: `49.00 EUR`. */
export function moneyWords({ amount, currency }: Amount): string {
  const digits = digitsOf(currency);
  const number = (amount / 10 ** digits).toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number} ${currency}`;
}

/** What somebody typed, `49` or `49.00`, in minor units; undefined for what is no amount of this currency. */
export function readAmount(typed: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const match = /^(\d{1,10})(?:[.,](\d+))?$/.exec(typed.trim());
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > digits) {
    return undefined;
  }
  return Number(`${match[1]}${fraction.padEnd(digits, "0")}`);
}

/** An amount as one types it: `49.00`. */
export function amountText({ amount, currency }: Amount): string {
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}
