/** The page of a one-use link: the invited set name and password; others set a new password. Both are signed in then. */
import "../locale/pages";
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { words, wordsFor } from "../locale/words";
import { Mark } from "../components/Icon";
import { Problem } from "../components/Problem";
import { useAction } from "../components/useAction";
import { RestError, rest } from "../wire/rest";
import type { LinkBody } from "../wire/resources";
import css from "./signin.module.css";

function useLink(token: string): { link: LinkBody | null; problem: string | null } {
  const [found, setFound] = useState<{ link: LinkBody | null; problem: string | null }>({ link: null, problem: null });
  useEffect(() => {
    rest<LinkBody>("POST", "links/look", { token }).then(
      (link) => setFound({ link, problem: null }),
      ({ code, message }: RestError) => setFound({ link: null, problem: wordsFor("refusal", code, message) }),
    );
  }, [token]);
  return found;
}

/** The token leaves the address; the page begins anew as whoever is signed in now. */
function enter(): void {
  history.replaceState(null, "", "#/conversations");
  location.reload();
}

function LinkForm({ token, link }: { token: string; link: LinkBody }) {
  const action = useAction(() => undefined);
  const invited = link.purpose === "invitation";
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const { name = "", password, code } = Object.fromEntries(new FormData(event.currentTarget));
    if (await action.run(() => rest("POST", "links/use", { token, name, password, code: code || null }))) enter();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        {action.problem && <Problem>{action.problem}</Problem>}
        <TextInput
          name="email"
          readOnly
          autoComplete="username"
          label={words("signin.email")}
          value={link.email}
          description={link.role && words("link.role", { role: words(`role.${link.role}`) })}
        />
        {invited && (
          <TextInput
            name="name"
            required
            withAsterisk={false}
            autoFocus
            maxLength={100}
            autoComplete="name"
            label={words("link.name")}
            description={words("link.name.hint")}
          />
        )}
        <PasswordInput
          name="password"
          required
          withAsterisk={false}
          autoComplete="new-password"
          label={words("own.password.new")}
          description={words("own.password.hint")}
        />
        {!invited && (
          <TextInput
            name="code"
            autoComplete="one-time-code"
            label={words("signin.code")}
            description={words("link.code.hint")}
          />
        )}
        <Button type="submit" loading={action.busy} fullWidth mt="xs">
          {words(invited ? "link.submit" : "own.password.submit")}
        </Button>
      </Stack>
    </form>
  );
}

export function LinkPage({ token }: { token: string }) {
  const { link, problem } = useLink(token);
  const invited = link?.purpose !== "password";
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}>
          <Mark size={40} />
          <div>
            <h1 className={css.name}>{words(invited ? "link.title" : "own.password")}</h1>
            <p className={css.lead}>{words("product")}</p>
          </div>
        </div>
        {problem && <Problem>{problem}</Problem>}
        {link && <LinkForm token={token} link={link} />}
      </div>
    </main>
  );
}
