/** The one store of the page, and the hook that reads it. */
import { useRef, useSyncExternalStore } from "react";
import { emptyState, type State } from "./state";

type Listener = () => void;

export class Store {
  #state: State;
  readonly #listeners = new Set<Listener>();

  constructor(state: State = emptyState) {
    this.#state = state;
  }

  readonly get = (): State => this.#state;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly update = (change: (state: State) => State): void => {
    const next = change(this.#state);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  };
}

export const store = new Store();

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return left.length === Object.keys(b).length && left.every(([key, value]) => Object.is(value, right[key]));
}

/** Read part of the store. A result equal to the last one, one level deep, does not render again. */
export function useStore<T>(select: (state: State) => T): T {
  const last = useRef<{ value: T } | null>(null);
  const read = (): T => {
    const value = select(store.get());
    if (last.current && sameValue(last.current.value, value)) return last.current.value;
    last.current = { value };
    return value;
  };
  return useSyncExternalStore(store.subscribe, read, read);
}
