/** The stories the server's views are tested on, told to the widget: frame by frame as by snapshot. */

import type { Outbound } from "@escalation/protocol";
import { expect, test } from "vitest";
import * as store from "../src/store";

interface Case {
  readonly description: string;
  readonly stream: string;
  readonly frames: { readonly customer?: readonly Outbound[] };
  readonly snapshot?: { readonly customer?: readonly Outbound[] };
}

const files = import.meta.glob<Case>("../../../tests/realtime/cases/*.json", { eager: true, import: "default" });
const cases = Object.values(files).filter(({ stream, snapshot }) => stream.startsWith("conversation:") && snapshot);

function told(stream: string, frames: readonly Outbound[]): store.Thread {
  const start: store.Thread = { ...store.EMPTY, conversation: stream.replace("conversation:", "") };
  return frames.reduce(store.apply, start);
}

test("there are cases", () => {
  expect(cases.length).toBeGreaterThan(5);
});

test.each(cases.map((one) => [one.description, one] as const))("%s", (_description, { stream, frames, snapshot }) => {
  const live = told(stream, frames.customer ?? []);
  const fresh = told(stream, snapshot?.customer ?? []);
  expect(live.messages).toEqual(fresh.messages);
  expect(live.control).toEqual(fresh.control);
  expect(live.messages.some((message) => message.internal)).toBe(false);
});
