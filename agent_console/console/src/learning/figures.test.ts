/** What a trainer reads of a revision: that labels help, and why a figure is missing. */
import "../locale/pages";
import { describe, expect, it } from "vitest";
import type { ModelBody } from "../wire/resources";
import { allLabels, change, estimate, firstSuggestion, heldBack, newLabels } from "./figures";

const LEARNT: NonNullable<ModelBody["learnt"]> = {
  before: "v1.1",
  examples_before: 100,
  added: [],
  added_in_scope: 0,
  added_right_before: 0,
  added_right: 0,
  in_scope: 0,
  right: 0,
};

function model(over: Partial<ModelBody> = {}): ModelBody {
  return {
    name: "v1.2",
    kind: "revision",
    state: "live",
    created_at: "2026-01-01T00:00:00Z",
    mode: "head",
    examples: 100,
    intents: 6,
    threshold: 0.9,
    accuracy: null,
    coverage: 0.6,
    risk: 0.01,
    novelty_auroc: null,
    grounds: "out_of_fold",
    gate_labels: 0,
    gate_right: 0,
    calibrated: false,
    learnt: LEARNT,
    parent: "v1",
    promotable: false,
    reasons: [],
    erased_examples: 0,
    ...over,
  };
}

const label = (title: string | null, count: number) => ({ label: title, title, count });

describe("a revision", () => {
  it("says how many examples came and went", () => {
    expect(change(model({ examples: 103 }))).toBe("+3");
    expect(change(model({ examples: 99 }))).toBe("−1");
    expect(change(model())).toBe("");
    expect(change(model({ learnt: null }))).toBe("");
  });

  it("names the intents of its new labels and counts the rest", () => {
    const added = [label("Refund", 4), label(null, 2), label("Gift card", 1), label("Hours", 1), label("Job", 1)];
    expect(newLabels(model({ learnt: { ...LEARNT, added } }))).toBe("Refund 4, out of scope 2, Gift card 1 and 2 more");
    expect(newLabels(model({ learnt: { ...LEARNT, added: added.slice(0, 1) } }))).toBe("Refund 4");
  });

  it("says in words when there are none", () => {
    expect(newLabels(model())).toBe("none");
    expect(newLabels(model({ calibrated: true }))).toBe("none; calibrated again");
    expect(newLabels(model({ learnt: null }))).toBe("not counted");
  });

  it("shows that labels help: the first suggestion before and now", () => {
    const learnt = { ...LEARNT, added_in_scope: 3, added_right_before: 1, added_right: 3, in_scope: 44, right: 41 };
    expect(firstSuggestion(model({ learnt }))).toBe("1 → 3 of 3");
    expect(allLabels(model({ learnt }))).toBe("41 of 44");
    expect(firstSuggestion(model())).toBe("no new label");
    expect(allLabels(model())).toBe("none yet");
    expect([firstSuggestion, allLabels].map((say) => say(model({ learnt: null })))).toEqual([
      "not counted",
      "not counted",
    ]);
  });

  it("counts held-back labels while they are few, and says when there are none", () => {
    expect(heldBack(model({ gate_labels: 12, gate_right: 7 }))).toBe("7 of 12");
    expect(heldBack(model({ gate_labels: 210, gate_right: 190, accuracy: 0.9048 }))).toBe("90.5% of 210");
    expect(heldBack(model())).toBe("none yet");
    expect(heldBack(model({ gate_labels: null, gate_right: null }))).toBe("not counted");
  });

  it("tells an estimate of its own from one it kept", () => {
    expect(estimate(model())).toBe("as before");
    expect(estimate(model({ calibrated: true }))).toBe("out of fold");
    expect(estimate(model({ grounds: "gate" }))).toBe("");
  });
});
