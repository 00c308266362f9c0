import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { useRenew } from "../client/renew";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { backOf } from "./back";
import { Frame } from "./Frame";

const LogInMutation = graphql(/* GraphQL */ `
  mutation LogIn($input: LogInInput!) {
    logIn(input: $input) {
      me {
        name
        role
        mustChangePassword
      }
    }
  }
`);

const route = getRouteApi("/login");

/** Signs a person in and goes on to where they wanted to be. */
export function LoginPage() {
  const { back } = route.useSearch();
  const router = useRouter();
  const renew = useRenew();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [{ fetching, error }, logIn] = useMutation(LogInMutation);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await logIn({ input: { name: name.trim(), password } }, shownInPlace);
    if (!result.data) {
      return;
    }
    renew();
    if (result.data.logIn.me.mustChangePassword) {
      await router.navigate({ to: "/password", search: { back, once: true }, replace: true });
    } else {
      router.history.replace(backOf(back));
    }
  };

  return (
    <Frame title="Log in to Central" description="The command centre of your sites and servers.">
      <form onSubmit={submit}>
        <Stack gap={14}>
          {error ? <ErrorPanel title="You are not logged in" error={error} /> : null}
          <TextInput
            label="Name"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            withAsterisk={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" fullWidth mt={4} loading={fetching}>
            Log in
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
