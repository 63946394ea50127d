/** The person's own menu: colours, shortcuts, sign out. */
import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { words } from "../locale/words";
import { Icon, type IconName } from "../parts/Icon";
import { signOut, useSignedIn } from "../wire/session";
import css from "./shell.module.css";

const SCHEMES: readonly [MantineColorScheme, IconName][] = [["light", "sun"], ["dark", "moon"], ["auto", "clock"]];

function Schemes() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return SCHEMES.map(([scheme, icon]) => (
    <Menu.Item key={scheme} role="menuitemradio" aria-checked={scheme === colorScheme} closeMenuOnClick={false}
      leftSection={<Icon name={icon} size={14} />} rightSection={scheme === colorScheme ? <Icon name="check" size={14} /> : null}
      onClick={() => setColorScheme(scheme)}>
      {words(`theme.${scheme}`)}
    </Menu.Item>
  ));
}

function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => part?.[0] ?? "").join("").toUpperCase();
}

export function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const { me } = useSignedIn();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className={css.avatar} aria-label={words("account.menu", { name: me.name })}>
          {initials(me.name)}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name} · {words(`role.${me.role}`)}</Menu.Label>
        <Schemes />
        <Menu.Divider />
        <Menu.Item onClick={onKeys} rightSection={<kbd>?</kbd>}>{words("account.keys")}</Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{words("account.signout")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
