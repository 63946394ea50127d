/** The macros below the templates: read by everybody, written by supervisors and admins. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "../components/Confirm";
import { Entries, Entry, EntryButton } from "../components/Entries";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import templates from "../templates/templates.module.css";
import { rest } from "../wire/rest";
import type { MacroBody, MacrosBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { stepWords } from "./macro";
import { MacroDialog } from "./MacroDialog";
import css from "./macros.module.css";

type Asked = { what: "write"; macro: MacroBody | null } | { what: "delete"; macro: MacroBody } | null;

function Macro({ macro, onAsk }: { macro: MacroBody; onAsk: ((asked: Asked) => void) | null }) {
  const { name } = macro;
  const actions = onAsk && (
    <>
      <EntryButton label={words("macros.change.label", { name })} onClick={() => onAsk({ what: "write", macro })}>
        {words("templates.change")}
      </EntryButton>
      <EntryButton label={words("macros.delete.label", { name })} onClick={() => onAsk({ what: "delete", macro })}>
        {words("templates.delete")}
      </EntryButton>
    </>
  );
  return (
    <Entry actions={actions}>
      <h3 className={templates.name}>/{name}</h3>
      <ol className={css.told}>
        {macro.steps.map((step, at) => (
          <li key={at} dir="auto">
            {stepWords(step)}
          </li>
        ))}
      </ol>
    </Entry>
  );
}

export function MacroList({ writes }: { writes: boolean }) {
  const macros = useResource<MacrosBody>("macros");
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  const done = (): void => {
    close();
    macros.reload();
  };
  const action = useAction(done);
  return (
    <section>
      <header className={css.head}>
        <h2>{words("macros.title")}</h2>
        {writes && (
          <Button size="compact-md" onClick={() => setAsked({ what: "write", macro: null })}>
            {words("macros.add")}
          </Button>
        )}
      </header>
      <p className={templates.quiet}>{words("macros.text")}</p>
      {action.problem && <Problem>{action.problem}</Problem>}
      <Reading resource={macros}>
        {(body) =>
          body.macros.length === 0 ? (
            <p className={templates.quiet}>{words("macros.none")}</p>
          ) : (
            <Entries>
              {body.macros.map((one) => (
                <Macro key={one.id} macro={one} onAsk={writes ? setAsked : null} />
              ))}
            </Entries>
          )
        }
      </Reading>
      {asked?.what === "write" && <MacroDialog macro={asked.macro} onClose={close} onDone={done} />}
      {asked?.what === "delete" && (
        <Confirm
          open
          danger
          title={words("macros.delete.label", { name: asked.macro.name })}
          action={words("templates.delete")}
          busy={action.busy}
          onConfirm={() => void action.run(() => rest("DELETE", `macros/${asked.macro.id}`))}
          onClose={close}
        >
          {words("macros.delete.text")}
        </Confirm>
      )}
    </section>
  );
}
