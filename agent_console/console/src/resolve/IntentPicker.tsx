/** Choose the intent: a guess by number, any intent by typing, a new one by name, or out of scope. */
import { isComposing } from "@escalation/protocol";
import { Button, TextInput } from "@mantine/core";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useShortcut } from "../keys/shortcuts";
import { Figure, Meaning } from "../components/Figure";
import { asPercent, words } from "../locale/words";
import type { GuessView } from "../wire/frames";
import type { IntentBody } from "../wire/resources";
import { filterIntents, type Choice } from "./choice";
import { NewIntent } from "./NewIntent";
import css from "./resolve.module.css";

interface Props {
  guesses: readonly GuessView[];
  intents: readonly IntentBody[];
  choice: Choice | null;
  /** null: nothing is chosen any more. */
  onChoice: (choice: Choice | null) => void;
}

interface Picking extends Props {
  /** Whether its keys work; of several pickers on the page one has them. */
  hasKeys?: boolean;
  /** Further buttons. */
  children?: ReactNode;
}

const isIntent = (choice: Choice | null, name: string): boolean => choice?.kind === "intent" && choice.name === name;

function Guesses({ guesses, choice, onChoice }: Omit<Props, "intents">) {
  if (guesses.length === 0) return null;
  return (
    <>
      <p className={css.hint}>
        <Meaning term="guess" apart>
          {words("resolve.guesses")}
        </Meaning>
      </p>
      <ol className={css.guesses} aria-label={words("resolve.guesses")}>
        {guesses.map((guess, i) => (
          <li key={guess.label}>
            <button
              type="button"
              className={css.option}
              aria-pressed={isIntent(choice, guess.label)}
              onClick={() => onChoice({ kind: "intent", name: guess.label })}
            >
              <kbd>{i + 1}</kbd>
              <span className={css.optionTitle}>{guess.title}</span>
              <span className={css.score}>
                <Figure term="guess">{asPercent(guess.score)}</Figure>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

function useFilter(intents: readonly IntentBody[], onChoice: (choice: Choice) => void) {
  const [filter, setFilter] = useState("");
  const [active, setActive] = useState(0);
  const found = filterIntents(intents, filter);
  const pick = (one: IntentBody | undefined): void => {
    if (!one) return;
    onChoice({ kind: "intent", name: one.name });
    setFilter("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || isComposing(event.nativeEvent)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((at) => Math.min(Math.max(at + step, 0), found.length - 1));
    else if (event.key === "Enter") pick(found[active]);
    else if (event.key === "Escape" && filter) setFilter("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const write = (text: string): void => {
    setFilter(text);
    setActive(0);
  };
  return { filter, write, active, found, pick, onKeyDown };
}

function Search({ intents, choice, onChoice, hasKeys = true }: Omit<Picking, "guesses" | "children">) {
  const list = useId();
  const box = useRef<HTMLInputElement>(null);
  const { filter, write, active, found, pick, onKeyDown } = useFilter(intents, onChoice);
  useShortcut("/", () => box.current?.focus(), hasKeys);
  return (
    <div className={css.search}>
      <TextInput
        ref={box}
        size="sm"
        value={filter}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        aria-label={words("resolve.search")}
        placeholder={words("resolve.search.hint")}
        autoComplete="off"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={found[active] ? `${list}-${active}` : undefined}
      />
      {filter && (
        <ul id={list} role="listbox" aria-label={words("resolve.search")} className={css.found}>
          {found.map((one, i) => (
            <li
              key={one.name}
              id={`${list}-${i}`}
              role="option"
              aria-selected={isIntent(choice, one.name)}
              data-active={i === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(one)}
            >
              <span className={css.optionTitle}>{one.title}</span>
              <span className={css.optionHint}>{one.description || one.name}</span>
            </li>
          ))}
          {found.length === 0 && (
            <li className={css.optionHint} role="option" aria-selected={false} aria-disabled="true">
              {words("resolve.none")}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

export function IntentPicker({ guesses, intents, choice, onChoice, hasKeys = true, children }: Picking) {
  const pickGuess = (at: number) => (): void => {
    const guess = guesses[at];
    if (guess) onChoice({ kind: "intent", name: guess.label });
  };
  const newButton = useRef<HTMLButtonElement>(null);
  const startNew = (): void => onChoice({ kind: "new", name: "" });
  const cancelNew = (): void => {
    onChoice(null);
    newButton.current?.focus();
  };
  const outOfScope = (): void => onChoice({ kind: "out_of_scope" });
  useShortcut("1", pickGuess(0), hasKeys);
  useShortcut("2", pickGuess(1), hasKeys);
  useShortcut("3", pickGuess(2), hasKeys);
  useShortcut("n", startNew, hasKeys);
  useShortcut("o", outOfScope, hasKeys);
  return (
    <div className={css.picker}>
      <Guesses guesses={guesses} choice={choice} onChoice={onChoice} />
      <Search intents={intents} choice={choice} onChoice={onChoice} hasKeys={hasKeys} />
      <div className={css.others}>
        <Button
          ref={newButton}
          size="compact-sm"
          variant={choice?.kind === "new" ? "filled" : "default"}
          aria-pressed={choice?.kind === "new"}
          onClick={startNew}
          leftSection={<kbd>N</kbd>}
        >
          {words("resolve.new")}
        </Button>
        <Button
          size="compact-sm"
          variant={choice?.kind === "out_of_scope" ? "filled" : "default"}
          aria-pressed={choice?.kind === "out_of_scope"}
          onClick={outOfScope}
          leftSection={<kbd>O</kbd>}
          title={words("resolve.outOfScope.hint")}
        >
          {words("resolve.outOfScope")}
        </Button>
        {children}
      </div>
      {choice?.kind === "new" && (
        <NewIntent
          name={choice.name}
          intents={intents}
          onName={(name) => onChoice({ kind: "new", name })}
          onCancel={cancelNew}
        />
      )}
    </div>
  );
}
