import { ActionIcon, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { type Client, useClient } from "urql";
import { faultsOf } from "../client/errors";
import { csvText } from "../ui/csv";
import { download } from "../ui/download";

/** Loads everything that matches and hands it to the browser as CSV. */
export function ExportButton({
  name,
  load,
}: {
  /** Of the file. */
  name: string;
  load: (client: Client) => Promise<string[][]>;
}) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      download(name, "text/csv;charset=utf-8", csvText(await load(client)));
    } catch (error) {
      for (const { message } of faultsOf(error)) {
        notifications.show({ color: "red", title: "Nothing was exported", message });
      }
    }
    setBusy(false);
  };
  return (
    <Tooltip label="Export what matches as CSV">
      <ActionIcon size="lg" aria-label="Export as CSV" loading={busy} onClick={() => void start()}>
        <IconDownload size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
