/** The sign-in page. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { words, wordsFor } from "../locale/words";
import { Mark } from "../components/Icon";
import { Problem } from "../components/Problem";
import { RestError } from "../wire/rest";
import { signIn } from "../wire/session";
import css from "./signin.module.css";

function useSignIn() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [asksCode, setAsksCode] = useState(false);
  const submit = async (who: object): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(who);
    } catch (error) {
      const { code, message } = error as RestError;
      if (code === "second_factor_required") setAsksCode(true);
      setProblem(wordsFor("refusal", code, message));
      setBusy(false);
    }
  };
  return { busy, problem, asksCode, submit };
}

export function SignIn({ ended }: { ended: boolean }) {
  const { busy, problem, asksCode, submit } = useSignIn();
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void submit(Object.fromEntries(new FormData(event.currentTarget)));
  };
  return (
    <main className={css.page}>
      <form className={css.card} onSubmit={onSubmit}>
        <div className={css.brand}>
          <Mark size={40} />
          <div>
            <h1 className={css.name}>{words("product")}</h1>
            <p className={css.lead}>{words("signin.lead")}</p>
          </div>
        </div>
        <Stack gap="sm">
          {ended && !problem && <Problem>{words("signin.ended")}</Problem>}
          {problem && <Problem>{problem}</Problem>}
          <TextInput
            name="email"
            type="email"
            required
            autoComplete="username"
            label={words("signin.email")}
            autoFocus
            withAsterisk={false}
          />
          <PasswordInput
            name="password"
            required
            autoComplete="current-password"
            label={words("signin.password")}
            withAsterisk={false}
          />
          {asksCode && (
            <TextInput
              name="code"
              required
              autoComplete="one-time-code"
              label={words("signin.code")}
              autoFocus
              withAsterisk={false}
            />
          )}
          <Button type="submit" loading={busy} fullWidth mt="xs">
            {words("signin.submit")}
          </Button>
        </Stack>
      </form>
    </main>
  );
}
