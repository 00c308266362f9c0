const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** What is wrong with a chain of certificates as far as its form says; an empty text when nothing is. */
export function chainFault(text: string): string {
  const blocks = [...text.matchAll(block)].map(([, kind = ""]) => kind);
  if (blocks.some((kind) => kind.includes("PRIVATE KEY"))) {
    return "There is a private key in the chain; it belongs into its own field.";
  }
  if (blocks.length === 0 || blocks.some((kind) => kind !== "CERTIFICATE")) {
    return "One or more blocks from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.";
  }
  return text.replace(block, "").trim() === ""
    ? ""
    : "There is something besides certificates in the chain.";
}

/** The same of a private key. */
export function keyFault(text: string): string {
  const blocks = [...text.matchAll(block)].map(([, kind = ""]) => kind);
  if (
    blocks.some((kind) => kind.includes("ENCRYPTED")) ||
    text.includes("Proc-Type: 4,ENCRYPTED")
  ) {
    return "The key is protected by a password: take that off first, with openssl pkey.";
  }
  if (blocks.includes("CERTIFICATE")) {
    return "This is a certificate, not its private key.";
  }
  return blocks.some((kind) => kind.endsWith("PRIVATE KEY"))
    ? ""
    : "A block from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.";
}
