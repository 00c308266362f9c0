import type { CertificateStatus } from "../gql/schema";
import type { Look } from "../ui/tones";

const day = 24 * 60 * 60 * 1000;

/** What the list says of a certificate's state: a word and a meaning. */
export function certificateLook(
  certificate: { status: CertificateStatus; notAfter?: string | null; warning: string },
  now: Date,
): Look {
  if (certificate.status === "WAITING") {
    return { tone: "run", word: "Being issued" };
  }
  if (certificate.status === "FAILED") {
    return { tone: "bad", word: "Not issued" };
  }
  if (certificate.notAfter && new Date(certificate.notAfter) <= now) {
    return { tone: "bad", word: "Expired" };
  }
  return certificate.warning
    ? { tone: "wait", word: "Ends soon" }
    : { tone: "done", word: "In use" };
}

/** How long a certificate still lasts: `in 61 days`, `in less than a day`, `5 days ago`. */
export function expiryWords(notAfter: string, now: Date): string {
  const left = new Date(notAfter).getTime() - now.getTime();
  const days = Math.floor(Math.abs(left) / day);
  const length = days === 0 ? "less than a day" : `${days} ${days === 1 ? "day" : "days"}`;
  return left > 0 ? `in ${length}` : `${length} ago`;
}
