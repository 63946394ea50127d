/** The stories that the server's views are tested on, told to a thread: frame by frame as by snapshot. */
/// <reference types="vite/client" />

import { describe, expect, test } from "vitest";
import type { Outbound } from "../src/generated";
import { applyToThread, emptyThread, type Thread } from "../src/thread";

type ByAudience = Partial<Record<"customer" | "staff", readonly Outbound[]>>;

interface Case {
  readonly description: string;
  readonly stream: string;
  readonly frames: ByAudience;
  readonly snapshot?: ByAudience;
}

const files = import.meta.glob<Case>("../../../tests/realtime/cases/*.json", { eager: true, import: "default" });
const cases = Object.values(files)
  .filter(({ stream, snapshot }) => stream.startsWith("conversation:") && snapshot)
  .map((one) => [one.description, one] as const);

function told(stream: string, frames: readonly Outbound[] = []): Thread {
  return frames.reduce<Thread>(applyToThread, emptyThread(stream.replace("conversation:", "")));
}

test("there are cases", () => {
  expect(cases.length).toBeGreaterThan(5);
});

describe.each(["customer", "staff"] as const)("to %s", (audience) => {
  test.each(cases)("%s", (_description, { stream, frames, snapshot }) => {
    const live = told(stream, frames[audience]);
    const fresh = told(stream, snapshot?.[audience]);
    expect(fresh.loaded).toBe(true);
    expect(live.messages).toEqual(fresh.messages);
    expect(live.control).toEqual(fresh.control);
    if (!live.erased) expect(live.decisions).toEqual(fresh.decisions);
    if (audience === "customer") expect(live.messages.some((message) => message.internal)).toBe(false);
  });
});
