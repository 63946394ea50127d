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
import { useIntents, useReader } from "../answers/useAnswers";
import { resolve } from "../wire/commands";
import type { IntentBody } from "../wire/resources";
import { isName, labelOf, suggestions, type Choice } from "./choice";
import { IntentPicker } from "./IntentPicker";
import { Labelled } from "./Labelled";
import { NextAnswer } from "./NextAnswer";
import { lastReply, noReply, replyUse, toLearn } from "./reply";
import css from "./resolve.module.css";
import { ResolveOptions, type Options } from "./ResolveOptions";

interface Props {
  thread: Thread;
  onClose: () => void;
}

function titleOf(choice: Choice, intents: readonly IntentBody[], thread: Thread): string {
  if (choice.kind === "out_of_scope") return words("undo.outOfScope");
  const guess = suggestions(thread, 5).find((one) => one.label === choice.name);
  return intents.find((one) => one.name === choice.name)?.title ?? guess?.title ?? choice.name;
}

const isComplete = (choice: Choice | null): choice is Choice =>
  choice !== null && (choice.kind !== "new" || isName(choice.name));

type Missing = "resolve.needIntent" | "resolve.needWords" | null;

function useResolution(thread: Thread, intents: readonly IntentBody[]) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [options, setOptions] = useState<Options>({ reply: null, edited: null, learn: true, outcome: "solved" });
  const [missing, setMissing] = useState<Missing>(null);
  const reply = lastReply(thread);
  const intent = intents.find((one) => choice !== null && one.name === labelOf(choice)) ?? null;
  const situation = { reply, choice, intent, learn: options.learn };
  const use = replyUse(options.reply, situation);
  const submit = (next: boolean): void => {
    const { blank, ...learnt } = toLearn(use, reply, options.edited);
    setMissing(!isComplete(choice) ? "resolve.needIntent" : blank ? "resolve.needWords" : null);
    if (!isComplete(choice) || blank) return;
    const resolution = {
      label: labelOf(choice),
      new_intent: choice.kind === "new" && !intent,
      ...learnt,
      outcome: options.outcome,
      learn: options.learn,
      last_seen_seq: thread.head,
    };
    resolve(thread.conversation, resolution, titleOf(choice, intents, thread), next);
  };
  const learning = { use, noReply: noReply(situation), reply: reply?.text ?? "" };
  return { choice, setChoice, intent, options, setOptions, missing, submit, learning };
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
  const reader = useReader(thread.conversation);
  const { intents, own, loaded, error } = useIntents(reader);
  const { choice, setChoice, intent, options, setOptions, missing, submit, learning } = useResolution(thread, intents);
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
      <div className={css.scrolled}>
        {error && (
          <Problem>
            {words("resolve.catalogue.failed", { message: wordsFor("refusal", error.code, error.message) })}
          </Problem>
        )}
        <Labelled thread={thread} learn={options.learn} />
        <div className={css.body}>
          <IntentPicker guesses={suggestions(thread, 3)} intents={intents} choice={choice} onChoice={setChoice} />
          <div className={css.side}>
            {isComplete(choice) && loaded && (
              <NextAnswer
                choice={choice}
                intent={intent}
                reader={reader}
                own={own}
                proposes={learning.use !== "none"}
              />
            )}
            <ResolveOptions {...learning} options={options} onOptions={setOptions} />
          </div>
        </div>
        {missing && <Problem>{words(missing)}</Problem>}
      </div>
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
