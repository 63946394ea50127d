/** Which action asks something before it is done, and about which conversation; one's workload is about none. One dialog is open at a time. */
import { useSyncExternalStore } from "react";

export type AskingAction =
  "takeOver" | "transfer" | "assign" | "snooze" | "followUp" | "requeue" | "handBack" | "workload";
export interface Asked {
  action: AskingAction;
  conversation: string;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function set(next: Asked | null): void {
  asked = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const ask = (action: AskingAction, conversation: string): void => set({ action, conversation });
export const answered = (): void => set(null);
export const useAsked = (): Asked | null => useSyncExternalStore(subscribe, () => asked);
