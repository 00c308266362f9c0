import { siteNameFault } from "../ui/names";

/** The names that somebody typed, one a line or with commas or spaces between them. */
export function readNames(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

/** What is wrong with the names of a certificate; an empty text when nothing is. */
export function namesFault(names: string[], wildcards: boolean): string {
  if (names.length === 0) {
    return "Name at least one site.";
  }
  if (names.length > 100) {
    return "A certificate has at most 100 names.";
  }
  for (const [at, name] of names.entries()) {
    if (siteNameFault(name.replace(/^\*\./, ""))) {
      return `${name} is no name for a certificate: a site's host name, or *. and a host name.`;
    }
    if (names.indexOf(name) !== at) {
      return `${name} is there twice.`;
    }
    if (name.startsWith("*.") && !wildcards) {
      return "Wildcards need a program that changes the DNS, and this Central has none.";
    }
  }
  return "";
}
