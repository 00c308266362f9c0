import { Menu, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import {
  IconApi,
  IconDeviceDesktop,
  IconKeyboard,
  IconLock,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { useMe } from "../client/me";
import { useRenew } from "../client/renew";
import { graphql } from "../gql";
import { KeyboardHelp } from "./KeyboardHelp";
import classes from "./Shell.module.css";

const LogOutMutation = graphql(/* GraphQL */ `
  mutation LogOut {
    logOut {
      ok
    }
  }
`);

const roleWords = { VIEWER: "Viewer", OPERATOR: "Operator", ADMIN: "Administrator" };

/** Who is signed in, the theme, the keys and the way out. */
export function PersonMenu() {
  const me = useMe();
  const renew = useRenew();
  const navigate = useNavigate();
  const [keysOpen, setKeysOpen] = useState(false);
  const [, logOut] = useMutation(LogOutMutation);

  const leave = async () => {
    const { error } = await logOut({});
    if (!error) {
      await navigate({ to: "/login" });
      renew();
    }
  };

  return (
    <>
      <Menu position="top-start" width={236}>
        <Menu.Target>
          <button type="button" className={classes.person}>
            <span className={classes.face} aria-hidden>
              {me.name.slice(0, 1).toUpperCase()}
            </span>
            <span className={classes.personName}>
              <b>{me.name}</b>
              <small>{roleWords[me.role]}</small>
            </span>
            <IconSelector size={15} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Theme</Menu.Label>
          <ThemeControl />
          <Menu.Divider />
          <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => setKeysOpen(true)}>
            Keyboard shortcuts
          </Menu.Item>
          <Menu.Item leftSection={<IconApi size={16} />} component="a" href="/graphiql">
            GraphiQL
          </Menu.Item>
          <Menu.Item leftSection={<IconLock size={16} />} component={Link} to="/password">
            Change password
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
            Log out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <KeyboardHelp opened={keysOpen} onClose={() => setKeysOpen(false)} />
    </>
  );
}

function ThemeControl() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      m={6}
      w="calc(100% - 12px)"
      aria-label="Theme"
      value={colorScheme}
      onChange={setColorScheme}
      data={[
        { value: "light", label: <IconSun size={15} aria-label="Light" /> },
        { value: "dark", label: <IconMoon size={15} aria-label="Dark" /> },
        { value: "auto", label: <IconDeviceDesktop size={15} aria-label="As the system" /> },
      ]}
    />
  );
}
