/** The intents to choose from: typed for, picked by number, and their approved answers where they are asked for. */
import { TextInput } from "@mantine/core";
import { useEffect, useId, type Ref } from "react";
import { words } from "../locale/words";
import type { IntentBody } from "../wire/resources";
import css from "./audits.module.css";
import type { Filter } from "./useFilter";

const NUMBERED = 9;

interface Props {
  filter: Filter;
  chosen: readonly string[];
  answers: boolean;
  box: Ref<HTMLInputElement>;
  onPick: (at: number) => void;
}

interface OptionProps {
  id: string;
  intent: IntentBody;
  number: number;
  active: boolean;
  chosen: boolean;
  answers: boolean;
  onPick: () => void;
}

function Option({ id, intent, number, active, chosen, answers, onPick }: OptionProps) {
  return (
    <li
      id={id}
      role="option"
      aria-selected={chosen}
      data-active={active}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPick}
    >
      <span className={css.number} aria-hidden="true">
        {number <= NUMBERED && <kbd>{number}</kbd>}
      </span>
      <span className={css.option}>
        <strong dir="auto">{intent.title}</strong>
        {intent.description && (
          <span className={css.hint} dir="auto">
            {intent.description}
          </span>
        )}
        {answers && (
          <span className={css.answer} dir="auto">
            {intent.answer ?? words("audits.answer.none")}
          </span>
        )}
      </span>
    </li>
  );
}

function Options({ list, filter, chosen, answers, onPick }: Omit<Props, "box"> & { list: string }) {
  const { found, active } = filter;
  useEffect(() => {
    if (active !== null) document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [list, active]);
  return (
    <ul id={list} role="listbox" aria-multiselectable="true" aria-label={words("audits.list")} className={css.options}>
      {found.map((intent, i) => (
        <Option
          key={intent.name}
          id={`${list}-${i}`}
          intent={intent}
          number={i + 1}
          active={i === active}
          chosen={chosen.includes(intent.name)}
          answers={answers}
          onPick={() => onPick(i)}
        />
      ))}
      {found.length === 0 && (
        <li role="option" aria-selected={false} aria-disabled="true" className={css.hint}>
          {words("resolve.none")}
        </li>
      )}
    </ul>
  );
}

export function IntentList({ box, ...rest }: Props) {
  const list = useId();
  const { text, write, active } = rest.filter;
  return (
    <>
      <TextInput
        ref={box}
        size="sm"
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        label={words("audits.search")}
        placeholder={words("audits.search.hint")}
        autoComplete="off"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active === null ? undefined : `${list}-${active}`}
      />
      <Options list={list} {...rest} />
    </>
  );
}
