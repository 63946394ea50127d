/** Macros as the console edits and runs them: their steps in words, and the draft of a step. Pure. */
import { duration, words } from "../locale/words";
import type { MacroBody } from "../wire/resources";

export type Step = MacroBody["steps"][number];
export type Kind = Step["kind"];

export const KINDS: readonly Kind[] = ["reply", "note", "tag", "transfer", "snooze", "resolve"];
const MINUTE_MS = 60_000;

export function emptyStep(kind: Kind, queue: string): Step {
  switch (kind) {
    case "reply":
    case "note":
      return { kind, text: "" };
    case "tag":
      return { kind, tags: [] };
    case "transfer":
      return { kind, queue };
    case "snooze":
      return { kind, minutes: 60 };
    case "resolve":
      return { kind, label: null, outcome: "solved" };
  }
}

export function stepWords(step: Step): string {
  switch (step.kind) {
    case "reply":
    case "note":
      return words(`macros.does.${step.kind}`, { text: step.text });
    case "tag":
      return words("macros.does.tag", { tags: step.tags.join(", ") });
    case "transfer":
      return words("macros.does.transfer", { queue: step.queue });
    case "snooze":
      return words("macros.does.snooze", { time: duration(step.minutes * MINUTE_MS) });
    case "resolve":
      return words("macros.does.resolve", { label: step.label ?? words("history.outOfScope") });
  }
}

export const stepsWords = (macro: MacroBody): string => macro.steps.map(stepWords).join(" → ");
