import { describe, expect, it } from "vitest";
import type { QueueBody } from "../wire/resources";
import { draftOf, namesIn, rulesOf, unknownIn } from "./draft";
import { weightsIn } from "./work";

const LEVELS = { teams: ["billing"], first_response_minutes: 5, next_response_minutes: null, resolution_minutes: 240 };
const QUEUE: QueueBody = {
  name: "billing",
  way: "push",
  offer_seconds: 30,
  auto_accept: false,
  priority: 2,
  skills: ["billing", "wine"],
  preferred: [],
  relax_seconds: null,
  takes: { sites: [], languages: ["de"], reasons: [], intents: ["refund", "invoice"] },
  work: { reply_minutes: 3, weight: 2, weights: { complaint: 3 }, ...LEVELS },
  hours: null,
  opens_at: null,
  waiting: 3,
};

describe("the rules of a queue in a form", () => {
  it("sends back what it was given", () => {
    const { name, waiting, opens_at, ...rules } = QUEUE;
    expect(rulesOf(draftOf(QUEUE))).toEqual(rules);
    expect(rulesOf(draftOf({ ...QUEUE, relax_seconds: 0 })).relax_seconds).toBe(0);
  });
  it("reads units by intent; a name alone weighs one", () => {
    expect(weightsIn("refund 2, complaint ,, order status 3")).toEqual({ refund: 2, complaint: 1, "order status": 3 });
  });
  it("reads names separated by commas, each once", () => {
    expect(namesIn(" billing,, wine , billing")).toEqual(["billing", "wine"]);
    expect(namesIn("  ")).toEqual([]);
  });
  it("knows which names are no intent and no reason", () => {
    const { takes } = draftOf({ ...QUEUE, takes: { ...QUEUE.takes, reasons: ["novel", "new"] } });
    expect(unknownIn(takes, [{ name: "refund" }], (name) => name === "novel")).toEqual(["invoice", "new"]);
  });
});
