/** What the person's own menu holds: colours, alerts, shortcuts, for admins the staff's accounts and the security log, sign out. */
import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { words } from "../locale/words";
import { Icon, type IconName } from "../components/Icon";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import { signOut, useSignedIn } from "../wire/session";

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

interface Props {
  onKeys: () => void;
  onAlerts: () => void;
}

export function AccountItems({ onKeys, onAlerts }: Props) {
  const { me } = useSignedIn();
  return (
    <>
      <Menu.Label>
        {me.name} · {words(`role.${me.role}`)}
      </Menu.Label>
      <Schemes />
      <Menu.Divider />
      <Menu.Item onClick={onAlerts}>{words("account.alerts")}</Menu.Item>
      <Menu.Item onClick={onKeys} rightSection={<kbd>?</kbd>}>
        {words("account.keys")}
      </Menu.Item>
      <Menu.Item component="a" href={hashOf({ page: "glossary", term: null })}>
        {words("nav.glossary")}
      </Menu.Item>
      <Menu.Item component="a" href={hashOf({ page: "account" })}>
        {words("nav.account")}
      </Menu.Item>
      {may(me, "assign_conversations") && (
        <Menu.Item component="a" href={hashOf({ page: "board" })}>
          {words("nav.board")}
        </Menu.Item>
      )}
      {may(me, "read_reports") && (
        <Menu.Item component="a" href={hashOf({ page: "reports" })}>
          {words("nav.reports")}
        </Menu.Item>
      )}
      <Menu.Item component="a" href={hashOf({ page: "templates" })}>
        {words("nav.templates")}
      </Menu.Item>
      {may(me, "set_queues") && (
        <Menu.Item component="a" href={hashOf({ page: "queues" })}>
          {words("nav.queues")}
        </Menu.Item>
      )}
      {may(me, "manage_accounts") && (
        <Menu.Item component="a" href={hashOf({ page: "accounts" })}>
          {words("nav.accounts")}
        </Menu.Item>
      )}
      {may(me, "read_security_log") && (
        <Menu.Item component="a" href={hashOf({ page: "security" })}>
          {words("nav.security")}
        </Menu.Item>
      )}
      <Menu.Item onClick={() => void signOut()}>{words("account.signout")}</Menu.Item>
    </>
  );
}
