/** Requests found in one message. */
import { expect, it } from "vitest";
import { aControl, aDecision } from "../store/cases";
import type { PartView } from "../wire/frames";
import { allDecided, labels, partLabels, requestsIn, soleLabel } from "./parts";

const part = (start: number, text: string): PartView => ({
  start,
  end: start + text.length,
  text,
  confidence: 0.5,
  novelty: 0.1,
  guesses: [{ label: "cancel", title: "Cancel", score: 0.6 }],
  neighbours: [],
});
const parts = [part(0, "cancel my order"), part(20, "where is my parcel")];
const thread = (after: number) => ({
  control: aControl({ question_after: after }),
  decisions: [aDecision("d1", { message_ids: ["m1", "m2"], parts }), aDecision("d2", { grounds: "words" })],
});
const cancel = { kind: "intent", name: "cancel" } as const;
const leftOut = { kind: "left_out" } as const;
const never = (): boolean => false;

it("offers the requests found in the words that are labelled, and in no others", () => {
  expect(requestsIn(thread(0), ["m1", "m2"])).toEqual(parts);
  expect(requestsIn(thread(0), ["m1"])).toEqual([]);
  expect(requestsIn(thread(2), ["m1", "m2"])).toEqual([]);
});

it("waits until each request has a label or is left out, and one has a label", () => {
  expect(allDecided(2, [])).toBe(false);
  expect(allDecided(2, [cancel, null])).toBe(false);
  expect(allDecided(2, [cancel, { kind: "new", name: "" }])).toBe(false);
  expect(allDecided(2, [leftOut, leftOut])).toBe(false);
  expect(allDecided(2, [cancel, leftOut])).toBe(true);
  expect(allDecided(2, [cancel, { kind: "out_of_scope" }])).toBe(true);
});

it("stores a label for each request that is not left out", () => {
  expect(partLabels(parts, [cancel, { kind: "out_of_scope" }], never)).toEqual([
    { start: 0, end: 15, label: "cancel", new_intent: false },
    { start: 20, end: 38, label: null, new_intent: false },
  ]);
  expect(partLabels(parts, [leftOut, { kind: "new", name: "track" }], () => true)).toEqual([
    { start: 20, end: 38, label: "track", new_intent: true },
  ]);
  expect(labels([leftOut, cancel, null])).toEqual([cancel]);
});

it("knows the only label, which alone a reply can be the answer of", () => {
  expect(soleLabel(2, [cancel, leftOut])).toEqual(cancel);
  expect(soleLabel(2, [cancel, null])).toBeNull();
  expect(soleLabel(2, [cancel, cancel])).toBeNull();
});
