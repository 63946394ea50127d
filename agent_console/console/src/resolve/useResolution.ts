/** What the agent has chosen so far in the resolve step, and storing it. */
import type { Thread } from "@escalation/protocol";
import { useState } from "react";
import { listed, words } from "../locale/words";
import { resolve } from "../wire/commands";
import type { PartView } from "../wire/frames";
import type { IntentBody } from "../wire/resources";
import { isComplete, labelOf, suggestions, type Choice } from "./choice";
import { wrongFollowUp } from "./FollowUpChoice";
import { lastReply, noReply, replyUse, toLearn } from "./reply";
import { allDecided, isLabel, labels, partLabels, soleLabel, type PartChoice } from "./parts";
import type { Options } from "./ResolveOptions";

type Missing = "resolve.needIntent" | "resolve.needWords" | "requests.needEach" | null;

const MOST_MS = 86_400_000;

/** Labels of the requests found, or one of them all. */
function useLabels(requests: readonly PartView[]) {
  const [wanted, setApart] = useState(true);
  const [whole, setWhole] = useState<Choice | null>(null);
  const [choices, setChoices] = useState<readonly (PartChoice | null)[]>([]);
  const [active, setActive] = useState(0);
  const apart = wanted && requests.length > 1;
  const choose = (at: number, choice: PartChoice | null): void => {
    const next = requests.map((_, other) => (other === at ? choice : (choices[other] ?? null)));
    setChoices(next);
    const open = next.indexOf(null);
    if (choice && choice.kind !== "new" && open >= 0) setActive(open);
  };
  const chosen = apart ? labels(choices) : whole ? [whole] : [];
  const complete = apart ? allDecided(requests.length, choices) : isComplete(whole);
  const pointed = apart ? (choices[active] ?? null) : whole;
  /** The one label, which a reply may be the answer of. */
  const sole = apart ? soleLabel(requests.length, choices) : whole;
  const shown = isLabel(pointed) ? pointed : null;
  return { apart, setApart, whole, setWhole, choices, choose, active, setActive, chosen, complete, shown, sole };
}

export function useResolution(thread: Thread, intents: readonly IntentBody[], requests: readonly PartView[]) {
  const made = useLabels(requests);
  const [options, setOptions] = useState<Options>({
    reply: null,
    edited: null,
    learn: true,
    outcome: "solved",
    followUp: null,
  });
  const [openedAt] = useState(() => performance.now());
  const [missing, setMissing] = useState<Missing>(null);
  const intentOf = (choice: Choice | null): IntentBody | null =>
    intents.find((one) => choice !== null && one.name === labelOf(choice)) ?? null;
  const isNew = (choice: Choice): boolean => choice.kind === "new" && !intentOf(choice);
  const guesses = [...suggestions(thread, 5), ...requests.flatMap((request) => request.guesses)];
  const titleOf = (choice: Choice): string => {
    if (choice.kind === "out_of_scope") return words("undo.outOfScope");
    return intentOf(choice)?.title ?? guesses.find((one) => one.label === choice.name)?.title ?? choice.name;
  };
  const title = listed(made.chosen.map(titleOf));
  const reply = lastReply(thread);
  const several = made.apart && made.sole === null;
  const situation = { reply, choice: made.sole, intent: intentOf(made.sole), learn: options.learn, several };
  const use = replyUse(options.reply, situation);
  const submit = (next: boolean): void => {
    const { blank, ...learnt } = toLearn(use, reply, options.edited);
    const [first] = made.chosen;
    const needed = made.apart ? "requests.needEach" : "resolve.needIntent";
    setMissing(!made.complete ? needed : blank ? "resolve.needWords" : null);
    if (!made.complete || !first || blank || wrongFollowUp(options.followUp) !== null) return;
    const resolution = {
      label: labelOf(first),
      new_intent: isNew(first),
      ...learnt,
      outcome: options.outcome,
      learn: options.learn,
      last_seen_seq: thread.head,
      decide_ms: Math.min(Math.round(performance.now() - openedAt), MOST_MS),
      follow_up: options.followUp && new Date(options.followUp).toISOString(),
      parts: made.apart ? partLabels(requests, made.choices, isNew) : [],
    };
    resolve(thread.conversation, resolution, title, next);
  };
  const learning = { use, noReply: noReply(situation), reply: reply?.text ?? "" };
  return { ...made, intentOf, title, options, setOptions, missing, submit, learning };
}
