import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../ui/EmptyState";

export function NotFound() {
  return (
    <EmptyState
      icon={<IconMapQuestion size={22} />}
      title="No such page"
      action={
        <Button component={Link} to="/" variant="default">
          To the overview
        </Button>
      }
    >
      Nothing lives at this address. It may have been mistyped.
    </EmptyState>
  );
}
