/** The examples of an intent: what customers write when they mean it. */
import { ActionIcon, Button, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { counted, words } from "../locale/words";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import type { IntentDetailBody } from "../wire/resources";
import css from "./intent.module.css";
import { useDraft } from "./draft";
import { newExamples } from "./intents";
import type { Changing } from "./useIntent";

const SHOWN = 50;

function Add({ intent, changing }: { intent: IntentDetailBody; changing: Changing }) {
  const draft = useDraft(`${intent.name} examples`, "");
  const found = newExamples(draft.value, intent.examples);
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await changing.edit({ examples_added: found })) draft.drop();
  };
  return (
    <form className={css.add} onSubmit={(event) => void add(event)}>
      <Textarea
        label={words("catalogue.examples.add")}
        description={words("catalogue.examples.add.hint")}
        dir="auto"
        autosize
        minRows={1}
        maxRows={8}
        value={draft.value}
        onChange={(event) => draft.write(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={found.length === 0} loading={changing.busy}>
        {found.length > 0 ? counted("catalogue.examples.addThese", found.length) : words("catalogue.examples.add")}
      </Button>
    </form>
  );
}

export function Examples({ intent, changing }: { intent: IntentDetailBody; changing: Changing | null }) {
  const [all, setAll] = useState(false);
  const shown = all ? intent.examples : intent.examples.slice(0, SHOWN);
  return (
    <section className={css.section} aria-label={words("learning.examples")}>
      <h3>
        {words("learning.examples")}{" "}
        <span className={css.quiet}>
          <Figure term="examples-of-an-intent" linked>
            {intent.examples.length}
          </Figure>
        </span>
      </h3>
      {intent.examples_collected > 0 && (
        <p className={css.quiet}>
          <Figure term="examples-of-an-intent" linked>
            {counted("catalogue.examples.collected", intent.examples_collected)}
          </Figure>
        </p>
      )}
      {intent.few_examples && <p className={css.note}>{`${words("catalogue.few")} ${words("catalogue.few.what")}`}</p>}
      {changing && <Add intent={intent} changing={changing} />}
      {shown.length === 0 && <p className={css.quiet}>{words("catalogue.examples.none")}</p>}
      <ul className={css.examples}>
        {shown.map((text) => (
          <li key={text}>
            <span dir="auto">{text}</span>
            {changing && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                disabled={changing.busy}
                aria-label={words("catalogue.examples.remove", { text: text.slice(0, 60) })}
                onClick={() => void changing.edit({ examples_removed: [text] })}
              >
                <Icon name="close" size={14} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {shown.length < intent.examples.length && (
        <Button size="compact-sm" variant="default" onClick={() => setAll(true)}>
          <Figure term="examples-of-an-intent">{counted("catalogue.examples.all", intent.examples.length)}</Figure>
        </Button>
      )}
    </section>
  );
}
