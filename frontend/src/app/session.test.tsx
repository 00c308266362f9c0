import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, refusal, renderApp, signedIn } from "./testing";

const audit: Record<string, Answer> = {
  AuditPage: refusal("INTERNAL", "The audit log is not part of this test."),
};

function person(mustChangePassword: boolean) {
  return { __typename: "Actor", name: "ana", role: "OPERATOR", mustChangePassword };
}

describe("logging in", () => {
  it("keeps the address and goes on there", async () => {
    let inside = false;
    const outside = refusal("UNAUTHENTICATED", "Log in first.");
    const { history, requests } = renderApp("/audit", {
      ...signedIn,
      ...audit,
      Me: (variables) => (inside ? { me: person(false) } : outside(variables)),
      LogIn: () => {
        inside = true;
        return { logIn: { __typename: "LogInPayload", me: person(false) } };
      },
    });
    const user = userEvent.setup();

    await user.type(await screen.findByLabelText("Name"), "ana");
    expect(history.location.href).toBe("/login?back=%2Faudit");
    await user.type(screen.getByLabelText("Password"), "correct horse");
    await user.click(screen.getByRole("button", { name: "Log in" }));

    await waitFor(() => expect(history.location.href).toBe("/audit"));
    const sent = requests.find(({ operation }) => operation === "LogIn");
    expect(sent?.variables).toEqual({ input: { name: "ana", password: "correct horse" } });
    expect(requests.every(({ headers }) => headers.get("X-Central") === "1")).toBe(true);
  });

  it("says what was wrong and keeps what was typed", async () => {
    renderApp("/login", { LogIn: refusal("UNAUTHENTICATED", "Name or password is wrong.") });
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Name"), "ana");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Log in" }));

    expect(await screen.findByRole("alert")).toHaveTextContent("Name or password is wrong.");
    expect(screen.getByLabelText("Name")).toHaveValue("ana");
  });
});

describe("a one-time password", () => {
  it("has to be replaced before anything else", async () => {
    let changed = false;
    const { history, requests } = renderApp("/audit", {
      ...signedIn,
      ...audit,
      Me: () => ({ me: person(!changed) }),
      ChangePassword: () => {
        changed = true;
        return { changePassword: { __typename: "ChangePasswordPayload", me: person(false) } };
      },
    });
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("One-time password"), "one-time");
    const button = screen.getByRole("button", { name: "Change password" });
    await user.type(screen.getByLabelText("New password"), "too short");
    expect(button).toBeDisabled();
    await user.type(screen.getByLabelText("New password"), " no more");
    await user.type(screen.getByLabelText("New password again"), "too short no more");
    await user.click(button);

    await waitFor(() => expect(history.location.href).toBe("/audit"));
    expect(requests.find(({ operation }) => operation === "ChangePassword")?.variables).toEqual({
      input: { current: "one-time", new: "too short no more" },
    });
  });
});

describe("the frame", () => {
  it("says when Central cannot be reached, and that it can again", async () => {
    const { online } = renderApp("/audit", { ...signedIn, ...audit });
    expect(await screen.findByText("Live")).toBeVisible();
    online.now = false;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(await screen.findByText(/^Offline/)).toBeVisible();
    online.now = true;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(await screen.findByText("Live")).toBeVisible();
  });

  it("shows what runs, from any page", async () => {
    renderApp("/audit", {
      ...signedIn,
      ...audit,
      Running: () => ({
        actions: {
          __typename: "ActionConnection",
          totalCount: 1,
          nodes: [
            {
              __typename: "Action",
              id: "7",
              title: "shop 1.2.0 to 5 sites",
              percent: 40,
              deploy: { __typename: "Deploy", id: "3" },
            },
          ],
        },
      }),
    });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: /1\s*running/ }));
    const link = await screen.findByRole("link", { name: /shop 1.2.0 to 5 sites/ });
    expect(link).toHaveAttribute("href", "/deploys/3");
    expect(screen.getByRole("progressbar", { name: /shop/ })).toHaveAttribute(
      "aria-valuenow",
      "40",
    );
  });
});
