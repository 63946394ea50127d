/** The resolve step: below the thread, so that a new message of the customer stays in sight. */
import { ActionIcon, Button } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useEscape } from "../keys/escape";
import { useShortcut } from "../keys/shortcuts";
import { words, wordsFor } from "../locale/words";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { isComposing, type Thread } from "@escalation/protocol";
import { useStore } from "../store/store";
import { resolve } from "../wire/commands";
import type { CatalogueBody, IntentBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { isName, labelOf, lastReplyId, topGuesses, type Choice } from "./choice";
import { IntentPicker } from "./IntentPicker";
import css from "./resolve.module.css";
import { ResolveOptions, type Options } from "./ResolveOptions";

interface Props {
  thread: Thread;
  onClose: () => void;
}

function useCatalogue() {
  const changed = useStore((state) => state.catalogueChanged);
  const { value, error } = useResource<CatalogueBody>("catalogue", changed);
  return { intents: value?.intents ?? [], error };
}

function titleOf(choice: Choice, intents: readonly IntentBody[], thread: Thread): string {
  if (choice.kind === "out_of_scope") return words("undo.outOfScope");
  const guess = topGuesses(thread.decisions, 5).find((one) => one.label === choice.name);
  return intents.find((one) => one.name === choice.name)?.title ?? guess?.title ?? choice.name;
}

const isComplete = (choice: Choice | null): choice is Choice =>
  choice !== null && (choice.kind !== "new" || isName(choice.name));

function useResolution(thread: Thread, intents: readonly IntentBody[]) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [options, setOptions] = useState<Options>({ useReply: true, learn: true, outcome: "solved" });
  const [missing, setMissing] = useState(false);
  const reply = lastReplyId(thread);
  const submit = (next: boolean): void => {
    setMissing(!isComplete(choice));
    if (!isComplete(choice)) return;
    const exists = choice.kind === "new" && intents.some((one) => one.name === choice.name);
    const resolution = {
      label: labelOf(choice),
      new_intent: choice.kind === "new" && !exists,
      answer_message_id: options.useReply ? reply : null,
      outcome: options.outcome,
      learn: options.learn,
      last_seen_seq: thread.head,
    };
    resolve(thread.conversation, resolution, titleOf(choice, intents, thread), next);
  };
  return { choice, setChoice, options, setOptions, missing, submit, hasReply: reply !== null };
}

function Chosen({
  choice,
  intents,
  thread,
}: {
  choice: Choice | null;
  intents: readonly IntentBody[];
  thread: Thread;
}) {
  const title = choice && titleOf(choice, intents, thread);
  const text =
    !choice || !title
      ? words("resolve.chosen.nothing")
      : words(choice.kind === "new" ? "resolve.chosen.new" : "resolve.chosen", { label: title });
  return (
    <p className={css.chosen} data-chosen={Boolean(title)} aria-live="polite">
      {text}
    </p>
  );
}

export function ResolvePanel({ thread, onClose }: Props) {
  const { intents, error } = useCatalogue();
  const { choice, setChoice, options, setOptions, missing, submit, hasReply } = useResolution(thread, intents);
  const busy = useStore((state) =>
    state.commands.some((c) => c.type === "resolve" && c.conversation === thread.conversation),
  );
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  useShortcut("shift+e", () => submit(true));
  useEscape(onClose);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
    submit(event.shiftKey);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section ref={panel} tabIndex={-1} className={css.panel} aria-label={words("resolve.title")} onKeyDown={onKeyDown}>
      <header className={css.head}>
        <h3>{words("resolve.question")}</h3>
        <ActionIcon variant="subtle" color="gray" aria-label={words("resolve.cancel")} onClick={onClose}>
          <Icon name="close" />
        </ActionIcon>
      </header>
      {error && (
        <Problem>
          {words("resolve.catalogue.failed", { message: wordsFor("refusal", error.code, error.message) })}
        </Problem>
      )}
      <div className={css.body}>
        <IntentPicker
          guesses={topGuesses(thread.decisions, 3)}
          intents={intents}
          choice={choice}
          onChoice={setChoice}
        />
        <ResolveOptions options={options} hasReply={hasReply} onOptions={setOptions} />
      </div>
      {missing && <Problem>{words("resolve.needIntent")}</Problem>}
      <footer className={css.foot}>
        <Chosen choice={choice} intents={intents} thread={thread} />
        <Button size="compact-md" variant="default" disabled={busy} onClick={() => submit(true)}>
          {words("resolve.submitNext")} <kbd>⇧E</kbd>
        </Button>
        <Button size="compact-md" loading={busy} onClick={() => submit(false)}>
          {words("resolve.submit")}
        </Button>
      </footer>
    </section>
  );
}
