/** One ticking clock for the whole page, by the server's time. */
import { useSyncExternalStore } from "react";
import { store } from "../store/store";

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(Date.now() / 1000);

function tick(): void {
  second = Math.floor(Date.now() / 1000);
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** Milliseconds since 1970 by the server's clock, whole seconds; renders each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second) * 1000 + store.get().skew;
}
