import { Button, PasswordInput, Stack } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { useRenew } from "../client/renew";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { backOf } from "./back";
import { Frame } from "./Frame";
import { passwordProblem, repeatProblem } from "./passwordRules";

const ChangePasswordMutation = graphql(/* GraphQL */ `
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      me {
        name
        role
        mustChangePassword
      }
    }
  }
`);

const route = getRouteApi("/password");

/** Replaces one's own password: the one-time password after the first login, or any later one. */
export function PasswordPage() {
  const { back, once } = route.useSearch();
  const router = useRouter();
  const renew = useRenew();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const [{ fetching, error }, change] = useMutation(ChangePasswordMutation);
  const problem = passwordProblem(current, next);
  const mismatch = repeatProblem(next, repeated);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await change({ input: { current, new: next } }, shownInPlace);
    if (result.data) {
      renew();
      router.history.replace(backOf(back));
    }
  };

  return (
    <Frame
      title="Choose a new password"
      description={
        once
          ? "Your one-time password has done its work. Replace it, then everything is open to you."
          : "Whoever is logged in with the old one is logged out."
      }
    >
      <form onSubmit={submit}>
        <Stack gap={14}>
          {error ? <ErrorPanel title="The password is as it was" error={error} /> : null}
          <PasswordInput
            label={once ? "One-time password" : "Current password"}
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description="At least 12 characters. A short sentence is easy to remember."
            autoComplete="new-password"
            required
            withAsterisk={false}
            value={next}
            error={next === "" ? undefined : problem}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            required
            withAsterisk={false}
            value={repeated}
            error={repeated === "" ? undefined : mismatch}
            onChange={(event) => setRepeated(event.currentTarget.value)}
          />
          <Button
            type="submit"
            fullWidth
            mt={4}
            loading={fetching}
            disabled={current === "" || problem !== undefined || mismatch !== undefined}
          >
            Change password
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
