/** Title, description and policy of an intent. */
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { words } from "../locale/words";
import type { IntentDetailBody, IntentEditBody } from "../wire/resources";
import css from "./intent.module.css";
import { useDraft, type Draft } from "./draft";
import { POLICIES, type Policy } from "./intents";
import { Moved } from "./Moved";
import type { Changing } from "./useIntent";

type Drafts = Record<"title" | "description" | "policy", Draft>;

/** Only what was changed here is sent, so that what others changed stays. */
function changes(drafts: Drafts): Partial<IntentEditBody> {
  const { title, description, policy } = drafts;
  return {
    ...(title.dirty && { title: title.value.trim() }),
    ...(description.dirty && { description: description.value.trim() }),
    ...(policy.dirty && { policy: policy.value as Policy }),
  };
}

function Save({ drafts, busy }: { drafts: Drafts; busy: boolean }) {
  const all = Object.values(drafts);
  const dirty = all.some((draft) => draft.dirty);
  return (
    <div className={css.buttons}>
      <Button
        type="submit"
        size="compact-md"
        loading={busy}
        disabled={!dirty || all.some((draft) => draft.moved) || drafts.title.value.trim() === ""}
      >
        {words("catalogue.save")}
      </Button>
      {dirty && (
        <Button size="compact-md" variant="default" onClick={() => all.forEach((draft) => draft.drop())}>
          {words("catalogue.discard")}
        </Button>
      )}
    </div>
  );
}

export function Facts({ intent, changing }: { intent: IntentDetailBody; changing: Changing | null }) {
  const drafts: Drafts = {
    title: useDraft(`${intent.name} title`, intent.title),
    description: useDraft(`${intent.name} description`, intent.description),
    policy: useDraft(`${intent.name} policy`, intent.policy),
  };
  const { title, description, policy } = drafts;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void changing?.edit(changes(drafts));
  };
  return (
    <form className={css.section} onSubmit={save} aria-label={words("catalogue.facts")}>
      <h3>{words("catalogue.facts")}</h3>
      <TextInput
        label={words("catalogue.titleField")}
        dir="auto"
        maxLength={200}
        readOnly={!changing}
        value={title.value}
        onChange={(event) => title.write(event.currentTarget.value)}
      />
      <Moved draft={title} stored={intent.title} />
      <Textarea
        label={words("catalogue.description")}
        description={words("catalogue.description.hint")}
        dir="auto"
        autosize
        minRows={2}
        maxLength={2_000}
        readOnly={!changing}
        value={description.value}
        onChange={(event) => description.write(event.currentTarget.value)}
      />
      <Moved draft={description} stored={intent.description} />
      <NativeSelect
        label={words("catalogue.policy")}
        description={words(`policy.${policy.value as Policy}.long`)}
        disabled={!changing}
        data={POLICIES.map((one) => ({ value: one, label: words(`policy.${one}`) }))}
        value={policy.value}
        onChange={(event) => policy.write(event.currentTarget.value)}
      />
      <Moved draft={policy} stored={words(`policy.${intent.policy}`)} />
      {changing && <Save drafts={drafts} busy={changing.busy} />}
    </form>
  );
}
