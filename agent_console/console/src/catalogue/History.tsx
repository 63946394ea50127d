/** Who changed an intent, when and how; each change can be undone unless it was changed again since. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { moment, words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction, type Action } from "../components/useAction";
import type { ChangeBody, ChangesBody, IntentDetailBody } from "../wire/resources";
import { rest, withQuery } from "../wire/rest";
import { useResource } from "../wire/useResource";
import css from "./changes.module.css";
import { Difference } from "./Difference";

const PAGE = 20;

function Entry({ change, undo }: { change: ChangeBody; undo: (() => void) | null }) {
  const by = change.by ?? words("catalogue.by.service");
  const what = words(`catalogue.kind.${change.kind}`, { name: by, source: change.source ?? "" });
  const long = change.kind === "imported" || change.kind === "added";
  return (
    <li className={css.entry} data-undone={change.undone}>
      <header>
        <strong dir="auto">{what}</strong>
        <time className={css.quiet} dateTime={change.at}>
          {moment(change.at)}
        </time>
        {change.undone && <Chip>{words("catalogue.undone")}</Chip>}
        {undo && !change.undone && (
          <Button
            size="compact-xs"
            variant="default"
            className={css.push ?? ""}
            aria-label={words("catalogue.undo.label", { what, when: moment(change.at) })}
            onClick={undo}
          >
            {words("catalogue.undo")}
          </Button>
        )}
      </header>
      <details open={!long}>
        <summary>{words("catalogue.differences")}</summary>
        <Difference difference={change.difference} />
      </details>
    </li>
  );
}

function Entries({ page, mayUndo, action }: { page: ChangesBody; mayUndo: boolean; action: Action }) {
  const undo = (change: ChangeBody) => (): void =>
    void action.run(() => rest("POST", `catalogue/changes/${change.id}/undo`));
  if (page.changes.length === 0) return <p className={css.quiet}>{words("catalogue.history.none")}</p>;
  return (
    <ol className={css.history}>
      {page.changes.map((one) => (
        <Entry key={one.id} change={one} undo={mayUndo ? undo(one) : null} />
      ))}
    </ol>
  );
}

interface Props {
  intent: IntentDetailBody;
  changed: number;
  mayUndo: boolean;
  onUndone: () => void;
}

export function History({ intent, changed, mayUndo, onUndone }: Props) {
  const [before, setBefore] = useState<number | null>(null);
  const query = { intent: intent.name, limit: PAGE, before };
  const resource = useResource<ChangesBody>(withQuery("catalogue/changes", query), changed);
  const action = useAction(() => {
    resource.reload();
    onUndone();
  });
  return (
    <section className={css.section} aria-label={words("catalogue.history")}>
      <h3>{words("catalogue.history")}</h3>
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      <Reading resource={resource}>
        {(page) => (
          <>
            <Entries page={page} mayUndo={mayUndo} action={action} />
            <div className={css.buttons}>
              {before !== null && (
                <Button size="compact-sm" variant="default" onClick={() => setBefore(null)}>
                  {words("examples.newest")}
                </Button>
              )}
              {page.next !== null && (
                <Button size="compact-sm" variant="default" onClick={() => setBefore(page.next)}>
                  {words("examples.older")}
                </Button>
              )}
            </div>
          </>
        )}
      </Reading>
    </section>
  );
}
