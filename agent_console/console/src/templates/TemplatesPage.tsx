/** The replies that agents insert by name: read by everybody, written by supervisors and admins. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "../components/Confirm";
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
import { TemplateDialog } from "./TemplateDialog";
import css from "./templates.module.css";

type Asked = { what: "write"; template: TemplateBody | null } | { what: "delete"; template: TemplateBody } | null;

function Entry({ template, onAsk }: { template: TemplateBody; onAsk: ((asked: Asked) => void) | null }) {
  const { name, text } = template;
  return (
    <li className={css.entry}>
      <div>
        <h2>/{name}</h2>
        <p dir="auto">{text}</p>
      </div>
      {onAsk && (
        <div className={css.actions}>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={words("templates.change.label", { name })}
            onClick={() => onAsk({ what: "write", template })}
          >
            {words("templates.change")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={words("templates.delete.label", { name })}
            onClick={() => onAsk({ what: "delete", template })}
          >
            {words("templates.delete")}
          </Button>
        </div>
      )}
    </li>
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
            <ul className={css.entries}>
              {body.templates.map((one) => (
                <Entry key={one.id} template={one} onAsk={writes ? setAsked : null} />
              ))}
            </ul>
          )
        }
      </Reading>
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
