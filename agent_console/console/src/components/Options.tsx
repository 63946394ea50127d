/** Options beside a field that keeps the focus: arrows choose, Enter and Tab or a click take, Escape closes. */
import { useEffect, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { optionKey } from "./optionKeys";
import css from "./options.module.css";

/** Takes a key of the field; returns whether it was meant for the options. */
export type TakeKey = (event: KeyboardEvent) => boolean;

/** What the field knows of its options. */
export interface OptionsField {
  /** Of the list, for `aria-controls`. */
  id: string;
  /** The field calls it with every key. */
  keys: RefObject<TakeKey | null>;
  /** Tells the id of the active option, for `aria-activedescendant`. */
  onActive: (option: string | undefined) => void;
  onClose: () => void;
}

interface Props<T> extends OptionsField {
  label: string;
  options: readonly T[];
  onPick: (one: T) => void;
  /** Whether Ctrl+Enter is the field's own, which sends what is written. */
  passesCtrl?: boolean;
  children: (one: T) => ReactNode;
}

export function Options<T extends { readonly id: string }>(props: Props<T>) {
  const { id, keys, onActive, onClose, label, options, onPick, passesCtrl = false, children } = props;
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, options.length - 1);
  const current = options[at];
  const active = current && `${id}-${current.id}`;
  useEffect(() => {
    onActive(active);
    return () => onActive(undefined);
  }, [active, onActive]);
  useEffect(() => {
    keys.current = (event) => {
      const meant = passesCtrl && (event.ctrlKey || event.metaKey) ? null : optionKey(event.key, at, options.length);
      if (meant?.do === "move") setChosen(meant.to);
      if (meant?.do === "pick" && current) onPick(current);
      if (meant?.do === "close") onClose();
      return meant !== null;
    };
    return () => void (keys.current = null);
  });
  return (
    <ul id={id} role="listbox" aria-label={label} className={css.options} hidden={options.length === 0}>
      {options.map((one) => (
        <li
          key={one.id}
          id={`${id}-${one.id}`}
          role="option"
          aria-selected={one === current}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(one)}
        >
          {children(one)}
        </li>
      ))}
    </ul>
  );
}
