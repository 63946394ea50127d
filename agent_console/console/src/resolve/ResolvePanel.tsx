/** The resolve step: below the thread, so that a new message of the customer stays in sight. */
import { ActionIcon, Button } from "@mantine/core";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useEscape } from "../keys/escape";
import { useShortcut } from "../keys/shortcuts";
import { words, wordsFor } from "../locale/words";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { isComposing, type Thread } from "@escalation/protocol";
import { useStore } from "../store/store";
import { useIntents, useReader } from "../answers/useAnswers";
import { currentDecisions, isComplete, suggestions, tellingDecision } from "./choice";
import { IntentPicker } from "./IntentPicker";
import { Labelled, useLabelled } from "./Labelled";
import { NextAnswer } from "./NextAnswer";
import { ApartOrOne, Requests } from "./Requests";
import { requestsIn } from "./parts";
import css from "./resolve.module.css";
import { ResolveOptions } from "./ResolveOptions";
import { useResolution } from "./useResolution";

interface Props {
  thread: Thread;
  onClose: () => void;
}

function Chosen({ title, isNew }: { title: string; isNew: boolean }) {
  const text = title
    ? words(isNew ? "resolve.chosen.new" : "resolve.chosen", { label: title })
    : words("resolve.chosen.nothing");
  return (
    <p className={css.chosen} data-chosen={title !== ""} aria-live="polite">
      {text}
    </p>
  );
}

function useKeys(submit: (next: boolean) => void, onClose: () => void) {
  useShortcut("shift+e", () => submit(true));
  useEscape(onClose);
  return (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
    submit(event.shiftKey);
    event.preventDefault();
    event.stopPropagation();
  };
}

export function ResolvePanel({ thread, onClose }: Props) {
  const reader = useReader(thread.conversation);
  const { intents, own, loaded, error } = useIntents(reader);
  const labelled = useLabelled(thread);
  const requests = requestsIn(thread, labelled.ids ?? []);
  const made = useResolution(thread, intents, requests);
  const { apart, shown, options, submit, learning } = made;
  const busy = useStore((state) =>
    state.commands.some((c) => c.type === "resolve" && c.conversation === thread.conversation),
  );
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const onKeyDown = useKeys(submit, onClose);
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
        {requests.length > 1 && <ApartOrOne apart={apart} onApart={made.setApart} />}
        {!apart && <Labelled thread={thread} labelled={labelled} learn={options.learn} />}
        {apart && (
          <Requests
            requests={requests}
            intents={intents}
            choices={made.choices}
            active={made.active}
            onActive={made.setActive}
            onChoice={made.choose}
          />
        )}
        {tellingDecision(currentDecisions(thread))?.blind && <p className={css.hint}>{words("resolve.blind")}</p>}
        <div className={css.body} data-apart={apart}>
          {!apart && (
            <IntentPicker
              guesses={suggestions(thread, 3)}
              intents={intents}
              choice={made.whole}
              onChoice={made.setWhole}
            />
          )}
          <div className={css.side}>
            {isComplete(shown) && loaded && (
              <NextAnswer
                choice={shown}
                intent={made.intentOf(shown)}
                reader={reader}
                own={own}
                proposes={learning.use !== "none"}
              />
            )}
            <ResolveOptions {...learning} options={options} onOptions={made.setOptions} />
          </div>
        </div>
      </div>
      {made.missing && <Problem>{words(made.missing)}</Problem>}
      <footer className={css.foot}>
        <Chosen title={made.title} isNew={!apart && made.whole?.kind === "new"} />
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
