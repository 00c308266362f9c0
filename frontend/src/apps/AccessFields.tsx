import { PasswordInput, Radio, Stack, TextInput } from "@mantine/core";
import type { AppAccess } from "../gql/schema";
import { type Access, accessWords } from "./access";

/** How Central gets in to an app's repository. */
export function AccessFields({
  value,
  faults,
  onChange,
}: {
  value: Access;
  faults: { access?: string; user?: string; token?: string };
  onChange: (changed: Partial<Access>) => void;
}) {
  return (
    <>
      <Radio.Group
        label="Who may read the repository"
        value={value.access}
        error={faults.access}
        onChange={(access) => onChange({ access: access as AppAccess })}
      >
        <Stack gap={10} mt={6} mb={4}>
          {(Object.keys(accessWords) as AppAccess[]).map((access) => (
            <Radio
              key={access}
              value={access}
              label={accessWords[access].name}
              description={accessWords[access].says}
            />
          ))}
        </Stack>
      </Radio.Group>
      {value.access === "TOKEN" ? (
        <>
          <PasswordInput
            label="Token"
            required
            autoComplete="off"
            value={value.token}
            error={faults.token}
            onChange={(event) => onChange({ token: event.currentTarget.value.trim() })}
          />
          <TextInput
            label="User"
            description="That the token is of, where the repository's host asks for one"
            placeholder="git"
            value={value.user}
            error={faults.user}
            onChange={(event) => onChange({ user: event.currentTarget.value.trim() })}
          />
        </>
      ) : null}
    </>
  );
}
