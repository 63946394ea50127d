/** Everybody's accounts, for admins: invite, change, disable, and make a link for a new password. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { moment, words } from "../locale/words";
import { Confirm } from "../components/Confirm";
import { Entries, Entry, EntryButton } from "../components/Entries";
import { Meaning } from "../components/Figure";
import { Page } from "../components/Page";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction, type Action } from "../components/useAction";
import { rest } from "../wire/rest";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import type { AccountBody, AccountsBody, InvitationBody, NewLinkBody } from "../wire/resources";
import { AccountDialog } from "./AccountDialog";
import { AccountEntry } from "./AccountEntry";
import { InviteDialog } from "./InviteDialog";
import { NewLink } from "./NewLink";
import { LimitsLine } from "./ScopeFields";
import css from "./accounts.module.css";

type Asked =
  | { what: "invite" }
  | { what: "change"; account: AccountBody }
  | { what: "disable"; account: AccountBody }
  | { what: "link"; link: NewLinkBody }
  | null;

function Invitation({ invitation, onWithdraw }: { invitation: InvitationBody; onWithdraw: () => void }) {
  const withdraw = (
    <EntryButton onClick={onWithdraw} label={words("accounts.withdraw.label", { email: invitation.email })}>
      {words("accounts.withdraw")}
    </EntryButton>
  );
  return (
    <Entry actions={withdraw}>
      <div className={css.who}>
        <bdi className={css.name}>{invitation.email}</bdi>
        <span className={css.quiet}>
          {words(`role.${invitation.role}`)} · {words("accounts.invited.until")}{" "}
          <time dateTime={invitation.expires_at}>{moment(invitation.expires_at)}</time>
        </span>
        <LimitsLine {...invitation} />
      </div>
    </Entry>
  );
}

function Lists({ value, action, onAsk }: { value: AccountsBody; action: Action; onAsk: (asked: Asked) => void }) {
  const { me } = useSignedIn();
  const enable = (account: AccountBody) =>
    void action.run(() => rest("PUT", `staff/${account.id}/disabled`, { disabled: false }));
  const reset = (account: AccountBody) =>
    void action.run(async () => {
      onAsk({ what: "link", link: await rest<NewLinkBody>("POST", `staff/${account.id}/password-link`) });
    });
  return (
    <>
      {value.invitations.length > 0 && (
        <section aria-label={words("accounts.invited")}>
          <h2 className={css.head}>{words("accounts.invited")}</h2>
          <Entries>
            {value.invitations.map((each) => (
              <Invitation
                key={each.id}
                invitation={each}
                onWithdraw={() => void action.run(() => rest("DELETE", `staff/invitations/${each.id}`))}
              />
            ))}
          </Entries>
        </section>
      )}
      <section aria-label={words("staff.title")}>
        <p className={css.quiet}>
          <Meaning term="capacity-load">{words("accounts.capacity.meaning")}</Meaning>
        </p>
        <Entries>
          {value.accounts.map((account) => (
            <AccountEntry
              key={account.id}
              account={account}
              own={account.id === me.id}
              onChange={() => onAsk({ what: "change", account })}
              onReset={() => reset(account)}
              onFactor={() => void action.run(() => rest("DELETE", `staff/${account.id}/second-factor`))}
              onDisabled={() => (account.disabled ? enable(account) : onAsk({ what: "disable", account }))}
            />
          ))}
        </Entries>
      </section>
    </>
  );
}

export function AccountsPage() {
  const resource = useResource<AccountsBody>("staff/accounts");
  const action = useAction(resource.reload);
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  const done = (): void => {
    resource.reload();
    close();
  };
  const disable = async (account: AccountBody): Promise<void> => {
    await action.run(() => rest("PUT", `staff/${account.id}/disabled`, { disabled: true }));
    close();
  };
  const head = <Button onClick={() => setAsked({ what: "invite" })}>{words("accounts.invite")}</Button>;
  return (
    <Page title={words("nav.accounts")} head={head}>
      {action.problem && <Problem onDismiss={action.dismiss}>{action.problem}</Problem>}
      <Reading resource={resource}>{(value) => <Lists value={value} action={action} onAsk={setAsked} />}</Reading>
      {asked?.what === "invite" && (
        <InviteDialog
          onClose={close}
          onLink={(link) => {
            resource.reload();
            setAsked({ what: "link", link });
          }}
        />
      )}
      {asked?.what === "change" && <AccountDialog account={asked.account} onClose={close} onDone={done} />}
      {asked?.what === "link" && <NewLink link={asked.link} onClose={close} />}
      {asked?.what === "disable" && (
        <Confirm
          open
          danger
          title={words("staff.disable.title", { name: asked.account.name })}
          action={words("staff.disable")}
          busy={action.busy}
          onConfirm={() => void disable(asked.account)}
          onClose={close}
        >
          {words("staff.disable.text", { name: asked.account.name })}
        </Confirm>
      )}
    </Page>
  );
}
