/** Everybody's accounts, for admins: disable one, or enable it again. */
import { Button, Table } from "@mantine/core";
import "@mantine/core/styles/Table.layer.css";
import { useState } from "react";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Confirm } from "../components/Confirm";
import { Dialog } from "../components/Dialog";
import { Problem } from "../components/Problem";
import type { SessionBody } from "../wire/resources";
import { rest } from "../wire/rest";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";

type Account = SessionBody["me"] & { disabled: boolean };

function AccountRow({ account, onChange }: { account: Account; onChange: (() => void) | null }) {
  const change = account.disabled ? "enable" : "disable";
  return (
    <Table.Tr>
      <Table.Td dir="auto">
        {account.name} {account.disabled && <Chip tone="quiet">{words("staff.disabled")}</Chip>}
        <br />
        {account.email}
      </Table.Td>
      <Table.Td>{words(`role.${account.role}`)}</Table.Td>
      <Table.Td ta="end">
        {onChange && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={onChange}
            aria-label={words(`staff.${change}.label`, { name: account.name })}
          >
            {words(`staff.${change}`)}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function StaffDialog({ onClose }: { onClose: () => void }) {
  const { me } = useSignedIn();
  const { value, error, reload } = useResource<{ accounts: Account[] }>("staff/accounts");
  const action = useAction(reload);
  const [asked, setAsked] = useState<Account | null>(null);
  const change = async (account: Account): Promise<void> => {
    await action.run(() => rest("PUT", `staff/${account.id}/disabled`, { disabled: !account.disabled }));
    setAsked(null);
  };
  const begin = (account: Account) => (account.disabled ? void change(account) : setAsked(account));
  if (asked) {
    return (
      <Confirm
        open
        danger
        title={words("staff.disable.title", { name: asked.name })}
        action={words("staff.disable")}
        busy={action.busy}
        onConfirm={() => void change(asked)}
        onClose={() => setAsked(null)}
      >
        {words("staff.disable.text", { name: asked.name })}
      </Confirm>
    );
  }
  const problem = action.problem ?? error?.message;
  return (
    <Dialog open wide onClose={onClose} title={words("staff.title")}>
      {problem && <Problem>{problem}</Problem>}
      <Table verticalSpacing={6} horizontalSpacing="sm">
        <Table.Tbody>
          {(value?.accounts ?? []).map((account) => (
            <AccountRow
              key={account.id}
              account={account}
              onChange={account.id === me.id ? null : () => begin(account)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
