import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, refusal, renderApp, signedInAs } from "./testing";

const admin: Record<string, Answer> = {
  ...signedInAs("ADMIN"),
};

const certificate = {
  __typename: "Certificate",
  id: "1",
  names: ["a.example.com", "b.example.com"],
  kind: "ACME",
  status: "ACTIVE",
  issuer: "Let's Encrypt R3",
  notAfter: "2999-01-01T00:00:00Z",
  nextAttemptAt: "2998-12-01T00:00:00Z",
  warning: "",
  busyAction: null,
};
const failed = {
  ...certificate,
  id: "2",
  names: ["lost.example.com"],
  status: "FAILED",
  issuer: "",
  notAfter: null,
  warning: "It was not issued: nobody answers at lost.example.com.",
};

const some: Record<string, Answer> = {
  ...admin,
  Certificates: () => ({
    certificates: [certificate, failed],
    certificateSettings: {
      __typename: "CertificateSettings",
      authority: "https://acme.example.com/dir",
      wildcards: false,
    },
  }),
  Action: () => ({ action: null }),
};

beforeEach(() => sessionStorage.clear());

describe("certificates", () => {
  it("lists each with its state, and why one is not well", async () => {
    renderApp("/certificates", some);
    expect(await screen.findByRole("row", { name: /b\.example\.com/ })).toHaveTextContent("In use");
    const row = screen.getByRole("row", { name: /lost\.example\.com/ });
    expect(row).toHaveTextContent("Not issued");
    expect(row).toHaveTextContent("nobody answers");
  });

  it("checks names as one types, and shows what the server refuses at its field", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/certificates?issue=true", {
      ...some,
      IssueCertificate: refusal("INVALID", "No site is called c.example.com.", "input.names.0"),
    });
    const names = await screen.findByRole("textbox", { name: /Names/ });
    await user.type(names, "*.example.com");
    expect(screen.getByText(/changes the DNS, and this Central has none/)).toBeInTheDocument();
    await user.clear(names);
    await user.type(names, "c.example.com");
    await user.click(screen.getByRole("button", { name: "Issue it for c.example.com" }));
    expect(await screen.findByText("No site is called c.example.com.")).toBeInTheDocument();
    const sent = requests.find(({ operation }) => operation === "IssueCertificate");
    expect(sent?.variables).toEqual({ input: { names: ["c.example.com"] } });
  });

  it("says at the key that it belongs to another certificate, and keeps what was typed", async () => {
    const user = userEvent.setup();
    renderApp("/certificates?upload=true", {
      ...some,
      UploadCertificate: refusal("INVALID", "This is the key of another.", "input.key"),
    });
    const key = await screen.findByRole("textbox", { name: /Private key/ });
    await user.click(screen.getByRole("textbox", { name: /Certificate and chain/ }));
    await user.paste("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----");
    await user.click(key);
    await user.paste("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----");
    await user.click(screen.getByRole("button", { name: "Upload and install it" }));
    expect(await screen.findByText("This is the key of another.")).toBeInTheDocument();
    expect(key).toHaveValue("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----");
    expect(JSON.stringify({ ...sessionStorage })).not.toContain("PRIVATE KEY");
  });

  it("removes one only when its name is typed", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/certificates?remove=1", {
      ...some,
      RemoveCertificate: () => ({
        removeCertificate: { __typename: "RemoveCertificatePayload", actions: [] },
      }),
    });
    const confirm = await screen.findByRole("textbox", { name: /Type a\.example\.com/ });
    expect(screen.getByRole("button", { name: "Remove it" })).toBeDisabled();
    await user.type(confirm, "a.example.com");
    await user.click(screen.getByRole("button", { name: "Remove it" }));
    await waitFor(() =>
      expect(
        requests.find(({ operation }) => operation === "RemoveCertificate")?.variables,
      ).toEqual({ input: { certificateId: "1", confirmName: "a.example.com" } }),
    );
  });
});
