// The same rules as Central's own, so that a form says at once what the server would refuse. Each returns a sentence, or an
// empty text when all is well.

const email = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/;

/** A name or a plan's name: one line. */
export function titleFault(text: string): string {
  const length = [...text.trim()].length;
  return length >= 1 && length <= 140 ? "" : "One line of 1 to 140 characters.";
}

/** An e-mail address; capitals and white space around it do not matter. */
export function emailFault(text: string): string {
  const address = text.trim().toLowerCase();
  return email.test(address) && address.length <= 254 && !address.includes("..")
    ? ""
    : "An address such as ana@example.com.";
}

/** A whole number within bounds; `empty` when nothing may be typed too. */
export function numberFault(text: string, least: number, most: number, empty = false): string {
  if (empty && text.trim() === "") {
    return "";
  }
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= least && value <= most
    ? ""
    : `A whole number from ${least.toLocaleString("en")} to ${most.toLocaleString("en")}.`;
}
