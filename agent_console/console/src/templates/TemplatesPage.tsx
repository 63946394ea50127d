/** The replies that agents insert by name: read by everybody, written by supervisors and admins. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "../components/Confirm";
import { Entries, Entry, EntryButton } from "../components/Entries";
import { Page } from "../components/Page";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { may } from "../store/permissions";
import { rest } from "../wire/rest";
import type { TemplateBody, TemplatesBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import { MacroList } from "../macros/MacroList";
import { TemplateDialog } from "./TemplateDialog";
import css from "./templates.module.css";

type Asked = { what: "write"; template: TemplateBody | null } | { what: "delete"; template: TemplateBody } | null;

function Template({ template, onAsk }: { template: TemplateBody; onAsk: ((asked: Asked) => void) | null }) {
  const { name, text } = template;
  const actions = onAsk && (
    <>
      <EntryButton label={words("templates.change.label", { name })} onClick={() => onAsk({ what: "write", template })}>
        {words("templates.change")}
      </EntryButton>
      <EntryButton
        label={words("templates.delete.label", { name })}
        onClick={() => onAsk({ what: "delete", template })}
      >
        {words("templates.delete")}
      </EntryButton>
    </>
  );
  return (
    <Entry actions={actions}>
      <h2 className={css.name}>/{name}</h2>
      <p className={css.told} dir="auto">
        {text}
      </p>
    </Entry>
  );
}

export function TemplatesPage() {
  const templates = useResource<TemplatesBody>("templates");
  const writes = may(useSignedIn().me, "write_templates");
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  const done = (): void => {
    close();
    templates.reload();
  };
  const action = useAction(done);
  const add = (
    <Button size="compact-md" onClick={() => setAsked({ what: "write", template: null })}>
      {words("templates.add")}
    </Button>
  );
  return (
    <Page title={words("nav.templates")} head={writes ? add : null}>
      <p className={css.quiet}>{words("templates.text")}</p>
      {action.problem && <Problem>{action.problem}</Problem>}
      <Reading resource={templates}>
        {(body) =>
          body.templates.length === 0 ? (
            <p className={css.quiet}>{words("templates.none.yet")}</p>
          ) : (
            <Entries>
              {body.templates.map((one) => (
                <Template key={one.id} template={one} onAsk={writes ? setAsked : null} />
              ))}
            </Entries>
          )
        }
      </Reading>
      <MacroList writes={writes} />
      {asked?.what === "write" && <TemplateDialog template={asked.template} onClose={close} onDone={done} />}
      {asked?.what === "delete" && (
        <Confirm
          open
          danger
          title={words("templates.delete.label", { name: asked.template.name })}
          action={words("templates.delete")}
          busy={action.busy}
          onConfirm={() => void action.run(() => rest("DELETE", `templates/${asked.template.id}`))}
          onClose={close}
        >
          {words("templates.delete.text")}
        </Confirm>
      )}
    </Page>
  );
}
