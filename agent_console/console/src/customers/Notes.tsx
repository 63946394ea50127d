/** What staff noted about a customer, for each other. */
import "@mantine/core/styles/Input.layer.css";
import { Button, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Problem } from "../components/Problem";
import results from "../components/results.module.css";
import { useAction } from "../components/useAction";
import { moment, words } from "../locale/words";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import type { CustomerBody } from "../wire/resources";
import { rest } from "../wire/rest";
import css from "./customers.module.css";

interface Props {
  found: CustomerBody;
  onChanged: (found: CustomerBody) => void;
}

export function Notes({ found, onChanged }: Props) {
  const me = useStore((state) => state.me);
  const [text, setText] = useState("");
  const action = useAction(() => undefined);
  const path = `customers/${encodeURIComponent(found.customer)}/notes`;
  const change = (method: "POST" | "DELETE", where: string, body?: unknown): Promise<boolean> =>
    action.run(async () => onChanged(await rest<CustomerBody>(method, where, body)));
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() && (await change("POST", path, { text: text.trim() }))) setText("");
  };
  return (
    <section className={css.part} aria-label={words("customers.notes")}>
      <h2>{words("customers.notes")}</h2>
      <p className={results.quiet}>{words("customers.notes.hint")}</p>
      {action.problem && <Problem onDismiss={action.dismiss}>{action.problem}</Problem>}
      {found.notes.length === 0 && <p className={results.quiet}>{words("customers.notes.none")}</p>}
      <ul className={css.notes}>
        {found.notes.map((note) => (
          <li key={note.id}>
            <p dir="auto">{note.text}</p>
            <span className={results.quiet}>
              <bdi>{note.by_name}</bdi> · <time dateTime={note.at}>{moment(note.at)}</time>
            </span>
            {(note.by === me?.id || may(me, "supervise")) && (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={words("customers.notes.delete.label", { name: note.by_name, time: moment(note.at) })}
                onClick={() => void change("DELETE", `${path}/${encodeURIComponent(note.id)}`)}
              >
                {words("customers.notes.delete")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may(me, "edit_customers") && (
        <form className={css.add} onSubmit={(event) => void add(event)}>
          <Textarea
            dir="auto"
            rows={2}
            maxLength={2_000}
            label={words("customers.notes.text")}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={action.busy}>
            {words("customers.notes.add")}
          </Button>
        </form>
      )}
    </section>
  );
}
