/** What the address of the list of certificates says. */
export interface CertificatesSearch {
  /** The form that asks an authority for a certificate is open. */
  issue?: boolean;
  /** The form for a certificate of one's own is open. */
  upload?: boolean;
  /** The certificate whose removal is being confirmed. */
  remove?: string;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readCertificatesSearch(search: Record<string, unknown>): CertificatesSearch {
  const read: CertificatesSearch = {};
  if (search.issue === true) {
    read.issue = true;
  }
  if (search.upload === true) {
    read.upload = true;
  }
  if (typeof search.remove === "string" || typeof search.remove === "number") {
    read.remove = `${search.remove}`;
  }
  return read;
}
