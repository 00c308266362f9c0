import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, refusal, renderApp, signedIn, signedInAs } from "./testing";

const policy = {
  __typename: "BackupPolicy",
  everyHours: 24,
  keepLast: 2,
  keepDaily: 7,
  keepWeekly: 4,
  keepMonthly: 6,
  manualDays: 90,
  beforeRestoreDays: 30,
  finalDays: 365,
  testDays: 30,
};

const settings =
  (storage: object | null): Answer =>
  () => ({
    backupPolicy: policy,
    scopedBackupPolicies: [
      {
        __typename: "ScopedBackupPolicy",
        plan: { __typename: "Plan", id: "7", name: "Gold" },
        bench: null,
        policy: { ...policy, everyHours: 6 },
      },
    ],
    plans: [{ __typename: "Plan", id: "7", name: "Gold" }],
    benches: [{ __typename: "Bench", id: "3", name: "main" }],
    backupStorage: storage,
    actions: {
      __typename: "ActionConnection",
      nodes: [
        {
          __typename: "Action",
          id: "90",
          title: "Test a restore of acme.example.com",
          status: "FAILED",
          errorMessage: "The restored tables are not those that were backed up.",
          createdAt: "2026-05-01T10:00:00Z",
          finishedAt: "2026-05-01T10:01:00Z",
        },
      ],
    },
    sites: { __typename: "SiteConnection", totalCount: 3 },
  });

const backup = {
  __typename: "Backup",
  id: "7",
  kind: "SCHEDULED",
  state: "COMPLETE",
  stateReason: "",
  storageError: "",
  siteName: "acme.example.com",
  version: "shop 1.0.0",
  bytes: 2048,
  tables: 12,
  files: 3,
  takenAt: "2026-05-01T10:00:00Z",
  createdAt: "2026-05-01T09:59:00Z",
  seconds: 2,
  server: { __typename: "Server", id: "2", name: "s-01" },
  storage: null,
  action: { __typename: "Action", id: "70" },
};

const site = {
  __typename: "Site",
  id: "1",
  name: "acme.example.com",
  status: "ACTIVE",
  statusReason: "",
  serving: "OPEN",
  version: "shop 1.0.0",
  maintenanceSince: null,
  createdAt: "2026-04-01T10:00:00Z",
  lastBackupAt: "2026-05-01T10:00:00Z",
  bench: { __typename: "Bench", id: "1", name: "main" },
  server: { __typename: "Server", id: "1", name: "m-01", pair: null },
  revision: { __typename: "Revision", id: "1", name: "r1" },
  busyWith: null,
  health: { __typename: "SiteHealth", state: "UP", since: null, checkedAt: null, status: 200 },
  certificate: null,
  domains: [],
  configuration: [],
  subscription: null,
  changes: [],
};

const page = (change: object = {}): Record<string, Answer> => ({
  ...signedIn,
  SitePage: () => ({
    site: { ...site, ...change },
    actions: { __typename: "ActionConnection", nodes: [] },
  }),
  SiteName: () => ({ site: { __typename: "Site", id: "1", name: site.name } }),
  SiteBackups: () => ({
    site: {
      __typename: "Site",
      id: "1",
      backupPolicy: {
        __typename: "SitePolicy",
        why: "The plan Gold has a policy of its own.",
        policy: { ...policy, everyHours: 6 },
      },
    },
    backups: [
      backup,
      {
        ...backup,
        id: "8",
        kind: "MANUAL",
        state: "FAILED",
        stateReason: "There is no room.",
        takenAt: null,
        server: null,
      },
    ],
  }),
  RestorePlan: () => ({
    restorePlan: {
      __typename: "RestorePlan",
      title: "Restore acme.example.com",
      does: ["A fresh backup is taken of what it holds now."],
      migrates: false,
      notes: [],
    },
  }),
  RestoreBenches: () => ({
    benches: [
      {
        __typename: "Bench",
        id: "1",
        name: "main",
        server: { __typename: "Server", id: "1", name: "m-01" },
      },
    ],
  }),
  Action: () => ({ action: null }),
});

describe("the backups of a site", () => {
  it("says of each when it was taken, what it holds, where it lies, and why one failed", async () => {
    renderApp("/sites/1", page());
    const list = await screen.findByRole("region", { name: "Backups" });
    const good = await within(list).findByRole("row", { name: /Scheduled/ });
    expect(good).toHaveTextContent("12 tables, 3 files");
    expect(good).toHaveTextContent("s-01");
    expect(within(list).getByRole("row", { name: /By hand/ })).toHaveTextContent(
      "There is no room.",
    );
    expect(list).toHaveTextContent(
      "By schedule every 6 hours; kept are 2 newest, 7 daily, 4 weekly, 6 monthly. The plan Gold has a policy of its own.",
    );
  });

  it("restores over the site only when its name is typed, and shows first what that does", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites/1", {
      ...page(),
      RestoreBackup: refusal("SITE_BUSY", "acme.example.com is busy.", "input.siteId"),
    });
    await user.click(await screen.findByRole("button", { name: "Restore…" }));
    expect(await screen.findByText("A fresh backup is taken of what it holds now.")).toBeVisible();
    const button = screen.getByRole("button", { name: "Restore it" });
    expect(button).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: /Type acme/ }), "acme.example.com");
    await user.click(button);
    expect(await screen.findByText("acme.example.com is busy.")).toBeInTheDocument();
    const sent = requests.find(({ operation }) => operation === "RestoreBackup");
    expect(sent?.variables).toEqual({ input: { backupId: "7", siteId: "1" } });
  });

  it("restores as a new site, which is asked for and planned by its name and bench", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/sites/1", {
      ...page(),
      RestoreBackup: () => ({
        restoreBackup: {
          __typename: "RestoreBackupPayload",
          site: { __typename: "Site", id: "2" },
          action: { __typename: "Action", id: "95" },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Restore…" }));
    const dialog = within(await screen.findByRole("dialog", { name: /^The backup of/ }));
    await user.click(dialog.getByRole("radio", { name: "As a new site" }));
    await user.click(dialog.getByRole("combobox", { name: "Bench" }));
    await user.click(await screen.findByRole("option", { name: "main on m-01" }));
    expect(dialog.getByRole("button", { name: "Restore as a new site" })).toBeDisabled();
    await user.type(dialog.getByRole("textbox", { name: /^Host name/ }), "copy.example.com");
    const restore = dialog.getByRole("button", { name: "Restore as a new site" });
    await waitFor(() => expect(restore).toBeEnabled());
    await user.click(restore);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/95"));
    expect(
      requests.find(({ operation }) => operation === "RestoreBackup")?.variables.input,
    ).toEqual({ backupId: "7", newName: "copy.example.com", benchId: "1" });
  });

  it("brings an archived site back without its name, since nothing is overwritten", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/sites/1", {
      ...page({ status: "ARCHIVED" }),
      RestoreBackup: () => ({
        restoreBackup: {
          __typename: "RestoreBackupPayload",
          site: { __typename: "Site", id: "1" },
          action: { __typename: "Action", id: "96" },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: /^(Restore|Bring back)…$/ }));
    const dialog = within(await screen.findByRole("dialog", { name: /^The backup of/ }));
    const back = await dialog.findByRole("button", { name: "Bring it back" });
    await waitFor(() => expect(back).toBeEnabled());
    expect(dialog.queryByRole("textbox")).not.toBeInTheDocument();
    await user.click(back);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/96"));
    expect(
      requests.find(({ operation }) => operation === "RestoreBackup")?.variables.input,
    ).toEqual({ backupId: "7", siteId: "1" });
  });

  it("does not restore what the plan says cannot be", async () => {
    const user = userEvent.setup();
    renderApp("/sites/1", {
      ...page(),
      RestorePlan: () => ({
        restorePlan: {
          __typename: "RestorePlan",
          title: "Restore acme.example.com",
          does: ["It is fetched."],
          migrates: false,
          notes: [
            {
              __typename: "ServerNote",
              severity: "BLOCKING",
              message: "The backup holds the app shop, which is not on the bench.",
            },
          ],
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Restore…" }));
    expect(await screen.findByText(/which is not on the bench/)).toBeInTheDocument();
    await user.type(screen.getByRole("textbox", { name: /Type acme/ }), "acme.example.com");
    expect(screen.getByRole("button", { name: "Restore it" })).toBeDisabled();
  });

  it("archives only when the name is typed, and not while something else has the site", async () => {
    const user = userEvent.setup();
    const { requests, unmount } = renderApp("/sites/1", {
      ...page(),
      ArchiveSite: () => ({
        archiveSite: {
          __typename: "ArchiveSitePayload",
          site: { __typename: "Site", id: "1", status: "ACTIVE" },
          action: { __typename: "Action", id: "71" },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Archive…" }));
    expect(screen.getByRole("button", { name: "Archive it" })).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: /Type acme/ }), "acme.example.com");
    await user.click(screen.getByRole("button", { name: "Archive it" }));
    await waitFor(() =>
      expect(requests.find(({ operation }) => operation === "ArchiveSite")?.variables).toEqual({
        input: { siteId: "1", confirmName: "acme.example.com" },
      }),
    );
    unmount();
    const busyWith = {
      __typename: "Action",
      id: "9",
      title: "Deploy",
      percent: 1,
      step: "",
      deploy: null,
    };
    renderApp("/sites/1", page({ busyWith }));
    const archive = await screen.findByRole("button", { name: "Archive…" });
    expect(archive).toBeDisabled();
    expect(archive).toHaveAttribute("title", "Wait for “Deploy”");
  });
});

describe("the removal of one backup", () => {
  const plan =
    (last: boolean): Answer =>
    ({ input }: { input: { last: boolean } }) => ({
      backupRemovalPlan: {
        __typename: "BackupRemovalPlan",
        title: "Remove backup 7 of acme.example.com",
        does: ["Its files are removed from the disk of s-01."],
        last,
        notes:
          last && !input.last
            ? [
                {
                  __typename: "ServerNote",
                  severity: "BLOCKING",
                  message: "This is the only backup of acme.example.com.",
                  field: "input.last",
                },
              ]
            : [],
      },
    });
  const removed = () => ({
    removeBackup: {
      __typename: "RemoveBackupPayload",
      backup: { __typename: "Backup", id: "7", state: "REMOVING" },
      action: { __typename: "Action", id: "72" },
    },
  });

  it("wants the name typed, and that it is the last one of an archived site said", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites/1", {
      ...page({ status: "ARCHIVED" }),
      ...signedInAs("ADMIN"),
      BackupRemovalPlan: plan(true),
      RemoveBackup: removed,
    });
    await user.click(await screen.findByRole("button", { name: "Remove…" }));
    expect(await screen.findByText(/This is the only backup/)).toBeInTheDocument();
    await user.type(screen.getByRole("textbox", { name: /Type acme/ }), "acme.example.com");
    const button = screen.getByRole("button", { name: "Remove this backup" });
    expect(button).toBeDisabled();
    await user.click(screen.getByRole("checkbox", { name: /can never be brought back/ }));
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    await waitFor(() =>
      expect(requests.find(({ operation }) => operation === "RemoveBackup")?.variables).toEqual({
        input: { backupId: "7", confirmName: "acme.example.com", last: true },
      }),
    );
  });

  it("is for administrators", async () => {
    renderApp("/sites/1", { ...page(), ...signedInAs("OPERATOR") });
    expect(await screen.findByRole("button", { name: "Remove…" })).toBeDisabled();
  });
});

describe("the settings of backups", () => {
  it("gives a bench a policy of its own, and changes that of a plan", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/backups", {
      ...signedInAs("ADMIN"),
      BackupsPage: settings(null),
      SetScopedBackupPolicy: refusal("INVALID", "This is 1 to 3660.", "input.finalDays"),
    });
    const card = within(
      await screen.findByRole("region", { name: "Policies of plans and benches" }),
    );
    expect(card.getByRole("row", { name: /Gold/ })).toHaveTextContent("every 6 hours");
    await user.click(card.getByRole("button", { name: "Change…" }));
    const dialog = within(await screen.findByRole("dialog"));
    const hours = dialog.getByRole("textbox", { name: "Hours between two backups" });
    expect(hours).toHaveValue("6");
    expect(dialog.queryByRole("textbox", { name: /restore tests/ })).toBeNull();
    await user.clear(hours);
    await user.type(hours, "4");
    await user.click(dialog.getByRole("button", { name: "Save the policy of the plan Gold" }));
    expect(await dialog.findByText("This is 1 to 3660.")).toBeInTheDocument();
    const sent = requests.find(({ operation }) => operation === "SetScopedBackupPolicy");
    expect(sent?.variables.input).toMatchObject({ planId: "7", everyHours: 4, keepLast: 2 });
    expect(sent?.variables.input).not.toHaveProperty("testDays");
    await user.click(dialog.getByRole("button", { name: "Leave it" }));
    await user.click(card.getByRole("combobox", { name: "Give one to" }));
    await user.click(await screen.findByRole("option", { name: "main" }));
    expect(await screen.findByRole("dialog", { name: /the bench main/ })).toBeInTheDocument();
  });

  it("changes the policy, and shows what is refused at its field", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/backups", {
      ...signedInAs("ADMIN"),
      BackupsPage: settings(null),
      SetBackupPolicy: refusal("INVALID", "This is 1 to 3660.", "input.finalDays"),
    });
    expect(await screen.findByText(/3 sites have no backup/)).toBeInTheDocument();
    expect(screen.getByRole("region", { name: "Restore test" })).toHaveTextContent(
      "The restored tables are not those that were backed up.",
    );
    const days = screen.getByRole("textbox", { name: "Days after archiving" });
    await user.clear(days);
    await user.type(days, "x");
    expect(screen.getByRole("button", { name: "Save the policy" })).toBeDisabled();
    await user.clear(days);
    await user.type(days, "0");
    await user.click(screen.getByRole("button", { name: "Save the policy" }));
    expect(await screen.findByText("This is 1 to 3660.")).toBeInTheDocument();
    const sent = requests.find(({ operation }) => operation === "SetBackupPolicy");
    expect(sent?.variables.input).toMatchObject({ finalDays: 0, everyHours: 24 });
  });

  it("sets a storage, whose secret key is kept nowhere", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/backups", {
      ...signedInAs("ADMIN"),
      BackupsPage: settings(null),
      SetBackupStorage: refusal(
        "LOGIN_REFUSED",
        "The secret key does not belong.",
        "input.secretKey",
      ),
    });
    await user.type(
      await screen.findByRole("textbox", { name: "Endpoint" }),
      "https://s3.example.com",
    );
    await user.type(screen.getByRole("textbox", { name: "Bucket" }), "backups");
    await user.type(screen.getByRole("textbox", { name: "Access key" }), "key");
    await user.type(screen.getByLabelText("Secret key"), "very-secret");
    await user.click(screen.getByRole("button", { name: "Try it and use it" }));
    expect(await screen.findByText("The secret key does not belong.")).toBeInTheDocument();
    const sent = requests.find(({ operation }) => operation === "SetBackupStorage");
    expect(sent?.variables.input).toMatchObject({ bucket: "backups", secretKey: "very-secret" });
    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain("very-secret");
  });

  it("only shows them to those who may look", async () => {
    renderApp("/backups", { ...signedIn, BackupsPage: settings(null) });
    const save = await screen.findByRole("button", { name: "Save the policy" });
    expect(save).toBeDisabled();
    expect(save).toHaveAttribute("title", "Administrators may do this; you may look");
  });
});
