/** Which known examples speak for the first guess and which against it, and how strongly each word does. Pure. */
import type { DecisionView, NearView } from "../wire/frames";
import type { WordsBody } from "../wire/resources";

/** Half of these odds, or twice them, is where a word begins to be marked; more than the next is the strongest mark. */
const STRENGTHS = [0.7, 1.4, 2.8] as const;
const NAMED = 3;

/** The examples of the second guess, nearest first; the service sends at least one beside the nearest of any intent. */
export function counterExamples(decision: DecisionView): NearView[] {
  const second = decision.guesses[1]?.label;
  return decision.neighbours.filter((one) => one.label === second);
}

/** The nearest examples of all other intents. */
export function likeExamples(decision: DecisionView): NearView[] {
  const second = decision.guesses[1]?.label;
  return decision.neighbours.filter((one) => one.label !== second);
}

/** A model built elsewhere (the shipped one) learnt from examples that the service has no words of. */
export const hasUnknownExamples = ({ guesses, neighbours }: DecisionView): boolean =>
  guesses.length > 0 && neighbours.length === 0;

export interface Piece {
  text: string;
  /** -3 (strongly against) to 3 (strongly for); 0 for what says little, and for what is between words. */
  strength: number;
}

export function strengthOf(weight: number): number {
  const steps = STRENGTHS.filter((step) => Math.abs(weight) >= step).length;
  return steps === 0 ? 0 : Math.sign(weight) * steps;
}

/** The whole text in order, cut where a mark begins or ends. Offsets count code points, as the service does. */
export function pieces({ text, words }: WordsBody): Piece[] {
  const points = Array.from(text);
  const found: Piece[] = [];
  const add = (start: number, end: number, strength: number): void => {
    const part = points.slice(start, end).join("");
    const last = found.at(-1);
    if (last && last.strength === strength) last.text += part;
    else if (part) found.push({ text: part, strength });
  };
  let at = 0;
  for (const word of words) {
    add(at, word.start, 0);
    add(word.start, word.end, strengthOf(word.weight));
    at = word.end;
  }
  add(at, points.length, 0);
  return found;
}

const weights = new Intl.NumberFormat("en", { signDisplay: "always", maximumFractionDigits: 1 });

/** A weight with its sign; a hyphen would not be read out. */
export const signed = (weight: number): string => weights.format(weight).replace("-", "−");

export interface Spoken {
  text: string;
  weight: number;
}

/** The words that say most, for and against, the strongest first: the marks in words, for who cannot see them. */
export function strongest({ text, words }: WordsBody): { for: Spoken[]; against: Spoken[] } {
  const points = Array.from(text);
  const telling = words
    .filter((word) => strengthOf(word.weight) !== 0)
    .map((word) => ({ text: points.slice(word.start, word.end).join(""), weight: word.weight }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    for: telling.filter((word) => word.weight > 0).slice(0, NAMED),
    against: telling.filter((word) => word.weight < 0).slice(0, NAMED),
  };
}
