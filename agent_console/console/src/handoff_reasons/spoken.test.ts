/** What speaks for the first guess, and what against it. */
import { describe, expect, it } from "vitest";
import { aDecision } from "../store/cases";
import type { NearView } from "../wire/frames";
import type { WordsBody } from "../wire/resources";
import { counterExamples, hasUnknownExamples, likeExamples, pieces, signed, strengthOf, strongest } from "./spoken";

const guess = (label: string) => ({ label, title: label, score: 0.5 });
const near = (label: string, text: string, similarity: number): NearView => ({
  label,
  title: label,
  text,
  similarity,
});
const said = (text: string, ...words: [string, number][]): WordsBody => {
  const points = Array.from(text);
  const placed = words.map(([word, weight]) => {
    const start = Array.from(text.slice(0, text.indexOf(word))).length;
    return { start, end: start + Array.from(word).length, weight };
  });
  return { decision: "d", model: "v1", label: "refund", text: points.join(""), words: placed };
};

describe("the counter-example", () => {
  const neighbours = [
    near("refund", "a", 0.9),
    near("broken", "b", 0.7),
    near("refund", "c", 0.6),
    near("broken", "d", 0.5),
  ];

  it("is of the second guess, whose examples do not stand among those that speak for the first", () => {
    const decision = aDecision("d", { guesses: [guess("refund"), guess("broken")], neighbours });
    expect(counterExamples(decision).map((one) => one.text)).toEqual(["b", "d"]);
    expect(likeExamples(decision).map((one) => one.text)).toEqual(["a", "c"]);
  });

  it("is missing where the second guess has no example left, or there is no second guess", () => {
    const decision = aDecision("d", { guesses: [guess("refund"), guess("lost")], neighbours });
    expect(counterExamples(decision)).toEqual([]);
    expect(likeExamples(decision)).toHaveLength(4);
    expect(counterExamples(aDecision("d", { neighbours }))).toEqual([]);
  });
});

it("tells a decision whose examples the service does not know from one without guesses", () => {
  const guesses = [guess("refund")];
  expect(hasUnknownExamples(aDecision("d", { guesses }))).toBe(true);
  expect(hasUnknownExamples(aDecision("d", { guesses, neighbours: [near("refund", "a", 0.9)] }))).toBe(false);
  expect(hasUnknownExamples(aDecision("d", {}))).toBe(false);
});

it("marks a word from half or twice the odds on, in three steps either way", () => {
  expect([0.69, 0.7, 1.4, 9, -0.69, -0.7, -9].map(strengthOf)).toEqual([0, 1, 2, 3, 0, -1, -3]);
});

describe("the marked text", () => {
  it("is the whole text, whatever is in it", () => {
    const body = said("😀 money\nback, please <b>", ["money", 3], ["back,", 1], ["please", -1], ["<b>", 0]);
    expect(
      pieces(body)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(body.text);
    expect(pieces(body).find((piece) => piece.strength === 3)?.text).toBe("money");
  });

  it("goes on after the last word that the model reads", () =>
    expect(pieces(said("money back", ["money", 3]))).toEqual([
      { text: "money", strength: 3 },
      { text: " back", strength: 0 },
    ]));

  it("is one plain piece where nothing tells", () =>
    expect(pieces(said("hello there", ["hello", 0.1], ["there", -0.2]))).toEqual([
      { text: "hello there", strength: 0 },
    ]));
});

it("writes weights with a sign that is read as one", () => expect([2.96, -0.84].map(signed)).toEqual(["+3", "−0.8"]));

it("names the strongest words for and against, at most three of each", () => {
  const body = said("a b c d e f", ["a", 1], ["b", -2], ["c", 4], ["d", 3], ["e", 2], ["f", 0.1]);
  expect(strongest(body).for.map((word) => word.text)).toEqual(["c", "d", "e"]);
  expect(strongest(body).against).toEqual([{ text: "b", weight: -2 }]);
});
