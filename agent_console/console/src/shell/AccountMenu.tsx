/** The person's own menu: colours, shortcuts, sign out. */
import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { words } from "../locale/words";
import { Icon, type IconName } from "../parts/Icon";
import { signOut, useSignedIn } from "../wire/session";
import css from "./shell.module.css";

const SCHEMES: readonly [MantineColorScheme, IconName][] = [
  ["light", "sun"],
  ["dark", "moon"],
  ["auto", "clock"],
];

function Schemes() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
      {SCHEMES.map(([scheme, icon]) => (
        <Menu.RadioItem key={scheme} value={scheme} rightSection={<Icon name={icon} size={14} />}>
          {words(`theme.${scheme}`)}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ""]
    .map((part) => part?.[0] ?? "")
    .join("")
    .toUpperCase();
}

export function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const { me } = useSignedIn();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={css.avatar}>
          <span className="hidden-text">{words("account.menu", { name: me.name })}</span>
          <span aria-hidden="true">{initials(me.name)}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.name} · {words(`role.${me.role}`)}
        </Menu.Label>
        <Schemes />
        <Menu.Divider />
        <Menu.Item onClick={onKeys} rightSection={<kbd>?</kbd>}>
          {words("account.keys")}
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{words("account.signout")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
