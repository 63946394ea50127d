/** What a model's figures say, in words where they are not measured. Pure. */
import { asFinePercent, words } from "../locale/words";
import type { ModelBody } from "../wire/resources";

/** As many kinds of new labels are named; the rest is counted. */
const NAMED = 3;

/** How many more or fewer examples than the model before, with its sign; empty where that is not known or nothing. */
export function change({ examples, learnt }: ModelBody): string {
  const more = learnt?.before ? examples - learnt.examples_before : 0;
  if (more === 0) return "";
  return more > 0 ? `+${more}` : `−${-more}`;
}

/** The labels of the new examples: "Refund 2, Gift card 1". */
export function newLabels({ learnt, calibrated }: ModelBody): string {
  if (!learnt) return words("models.learnt.unknown");
  if (learnt.added.length === 0) return words(calibrated ? "models.learnt.calibrated" : "models.learnt.none");
  const named = learnt.added
    .slice(0, NAMED)
    .map((one) => `${one.title ?? words("examples.outOfScope")} ${one.count}`)
    .join(", ");
  const rest = learnt.added.slice(NAMED).reduce((sum, one) => sum + one.count, 0);
  return rest > 0 ? words("models.learnt.more", { named, count: rest }) : named;
}

/** How often the label of a new example was the first suggestion, before it was learnt and after. */
export function firstSuggestion({ learnt }: ModelBody): string {
  if (!learnt) return words("models.learnt.unknown");
  if (learnt.added_in_scope === 0) return words("models.first.none");
  const { added_in_scope: of, added_right_before: before, added_right: now } = learnt;
  return words("models.first.now", { before, now, of });
}

/** How many of all collected examples get their label suggested first. */
export function allLabels({ learnt }: ModelBody): string {
  if (!learnt) return words("models.learnt.unknown");
  if (learnt.in_scope === 0) return words("models.all.none");
  return words("models.share", { right: learnt.right, of: learnt.in_scope });
}

/** What the model makes of labels that no model is fitted on; few are counted, never made a percentage. */
export function heldBack({ accuracy, gate_labels: of, gate_right: right }: ModelBody): string {
  if (accuracy !== null)
    return of ? words("models.gate.of", { share: asFinePercent(accuracy), of }) : asFinePercent(accuracy);
  if (of === null || right === null) return words("models.learnt.unknown");
  if (of === 0) return words("models.gate.none");
  return words("models.share", { right, of });
}

/** What a cell says of where its estimate comes from; empty where it was measured for this model. */
export const estimate = ({ grounds, calibrated }: ModelBody): string =>
  grounds === "out_of_fold" ? words(calibrated ? "models.estimated" : "models.kept") : "";
