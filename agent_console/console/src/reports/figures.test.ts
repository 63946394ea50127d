import { describe, expect, it } from "vitest";
import { lineOf, MEASURES, roundUp } from "./figures";
import type { FiguresBody } from "../wire/resources";

const nothing = Object.fromEntries(
  ["conversations", "requests", "automated", "due", "durable", "ratings", "satisfied"].map((key) => [key, 0]),
) as unknown as FiguresBody;
const measure = (key: string) => MEASURES.find((one) => one.key === key)!;

describe("figures of reports", () => {
  it("say nothing of a share of nothing", () => {
    expect(measure("automated").value(nothing)).toBeNull();
    expect(measure("automated").value({ ...nothing, requests: 8, automated: 2 })).toBe(0.25);
    expect(measure("automated").parts!({ ...nothing, requests: 8, automated: 2 })).toEqual([2, 8]);
  });
  it("are written by what they are", () => {
    expect(measure("conversations").write(1234)).toBe("1,234");
    expect(measure("automated").write(0.256)).toBe("25.6%");
    expect(measure("handle_median").write(125)).toBe("2:05");
    expect(measure("bot_response_mean").write(1.25)).toBe("1.3 s");
  });
  it("each stand once", () => {
    expect(new Set(MEASURES.map(({ key }) => key)).size).toBe(MEASURES.length);
  });
});

describe("a line", () => {
  it("has a gap where nothing is known", () => {
    const line = lineOf([0, null, 5, 10])!;
    expect(line.top).toBe(10);
    expect(line.stretches).toEqual([
      [{ x: 0, y: 100 }],
      [
        { x: 200 / 3, y: 50 },
        { x: 100, y: 0 },
      ],
    ]);
  });
  it("is none without a value, and ends at what can be", () => {
    expect(lineOf([null, null])).toBeNull();
    expect(lineOf([0.97], 1)!.top).toBe(1);
    expect([0, 3, 7, 14, 61, 120].map(roundUp)).toEqual([1, 3, 8, 15, 80, 150]);
  });
});
