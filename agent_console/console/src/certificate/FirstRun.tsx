/** The first page that an admin of a new installation sees: how may the bot answer? */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Page } from "../components/Page";
import { Problem } from "../components/Problem";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { rest } from "../wire/rest";
import { refreshService } from "../wire/session";
import css from "./certificate.module.css";
import { ModeChoice, type Mode } from "./ModeChoice";

export function FirstRun() {
  const [mode, setMode] = useState<Mode | null>(null);
  const action = useAction(() => void refreshService());
  const choose = (event: FormEvent): void => {
    event.preventDefault();
    void action.run(() => rest("PUT", "certificate/policy", { mode, reason: words("modes.firstChoice") }));
  };
  return (
    <Page title={words("modes.title")}>
      <form className={css.card} onSubmit={choose}>
        <p>{words("modes.lead")}</p>
        {action.problem && <Problem onDismiss={action.dismiss}>{action.problem}</Problem>}
        <ModeChoice label={words("modes.label")} value={mode} onChange={setMode} />
        <p className={css.quiet}>{words("modes.later")}</p>
        <div className={css.buttons}>
          <Button type="submit" loading={action.busy} disabled={mode === null}>
            {words("modes.choose")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
