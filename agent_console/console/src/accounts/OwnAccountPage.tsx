/** One's own account: the password, and where one is signed in. */
import "../locale/pages";
import { Button, PasswordInput, Stack } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { moment, words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Page } from "../components/Page";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { rest } from "../wire/rest";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import type { OpenSessionBody, OpenSessionsBody, SessionBody } from "../wire/resources";
import { deviceName } from "./device";
import { LimitsLine } from "./ScopeFields";
import { SecondFactor } from "./SecondFactor";
import css from "./accounts.module.css";

function PasswordForm({ onChanged }: { onChanged: () => void }) {
  const { me } = useSignedIn();
  const action = useAction(() => undefined);
  const [changed, setChanged] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const { old, new: chosen } = Object.fromEntries(new FormData(form));
    setChanged(false);
    if (!(await action.run(() => rest("PUT", "session/password", { old, new: chosen })))) return;
    form.reset();
    setChanged(true);
    onChanged();
  };
  return (
    <section aria-label={words("own.password")} className={css.entry}>
      <h2 className={css.head}>{words("own.password")}</h2>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm" maw={380}>
          {action.problem && <Problem>{action.problem}</Problem>}
          <input type="text" name="username" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordInput
            name="old"
            required
            withAsterisk={false}
            autoComplete="current-password"
            label={words("own.password.old")}
          />
          <PasswordInput
            name="new"
            required
            withAsterisk={false}
            autoComplete="new-password"
            label={words("own.password.new")}
            description={words("own.password.hint")}
          />
          <Button type="submit" loading={action.busy}>
            {words("own.password.submit")}
          </Button>
          <p role="status">{changed && words("own.password.changed")}</p>
        </Stack>
      </form>
    </section>
  );
}

/** Read anew, as an admin may have changed them since sign-in. */
function Limits() {
  const resource = useResource<SessionBody>("session");
  return (
    <section aria-label={words("own.limits")} className={css.entry}>
      <h2 className={css.head}>{words("own.limits")}</h2>
      <Reading resource={resource}>
        {({ me, seen_sites: sites, seen_queues: queues }) =>
          sites.length + queues.length > 0 ? (
            <LimitsLine role={me.role} sites={sites} queues={queues} />
          ) : (
            <span className={css.quiet}>{words("own.limits.none")}</span>
          )
        }
      </Reading>
    </section>
  );
}

function Session({ session, onEnd }: { session: OpenSessionBody; onEnd: () => void }) {
  const name = deviceName(session);
  return (
    <li className={css.entry}>
      <div className={css.who}>
        <span className={css.name}>{name}</span>
        {session.current && <Chip tone="sea">{words("own.sessions.this")}</Chip>}
        {session.address && <bdi className={css.quiet}>{session.address}</bdi>}
        <span className={css.quiet}>
          {words("own.sessions.used")} <time dateTime={session.used_at}>{moment(session.used_at)}</time>
        </span>
      </div>
      {!session.current && (
        <div className={css.actions}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={onEnd}
            aria-label={words("own.sessions.end.label", { device: name })}
          >
            {words("own.sessions.end")}
          </Button>
        </div>
      )}
    </li>
  );
}

export function OwnAccountPage() {
  const resource = useResource<OpenSessionsBody>("sessions");
  const action = useAction(resource.reload);
  return (
    <Page title={words("nav.account")}>
      <Limits />
      <PasswordForm onChanged={resource.reload} />
      <SecondFactor />
      <section aria-label={words("own.sessions")}>
        <h2 className={css.head}>{words("own.sessions")}</h2>
        {action.problem && <Problem onDismiss={action.dismiss}>{action.problem}</Problem>}
        <Reading resource={resource}>
          {({ sessions }) => (
            <ul className={css.entries}>
              {sessions.map((each) => (
                <Session
                  key={each.id}
                  session={each}
                  onEnd={() => void action.run(() => rest("DELETE", `sessions/${each.id}`))}
                />
              ))}
            </ul>
          )}
        </Reading>
      </section>
    </Page>
  );
}
