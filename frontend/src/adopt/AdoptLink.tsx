import { Button } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

/** The way from a master to the benches that it may hold and Central does not know. */
export function AdoptLink({ server }: { server: { id: string; role: string } }) {
  return server.role === "MASTER" ? (
    <Button
      renderRoot={(props) => (
        <Link to="/servers/$serverId/adopt" params={{ serverId: server.id }} {...props} />
      )}
      variant="default"
      leftSection={<IconSearch size={16} />}
    >
      Look for benches
    </Button>
  ) : null;
}
