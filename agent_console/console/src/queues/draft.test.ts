import { describe, expect, it } from "vitest";
import type { QueueBody } from "../wire/resources";
import { draftOf, namesIn, rulesOf } from "./draft";

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
  waiting: 3,
};

describe("the rules of a queue in a form", () => {
  it("sends back what it was given", () => {
    const { name, waiting, ...rules } = QUEUE;
    expect(rulesOf(draftOf(QUEUE))).toEqual(rules);
    expect(rulesOf(draftOf({ ...QUEUE, relax_seconds: 0 })).relax_seconds).toBe(0);
  });
  it("reads names separated by commas, each once", () => {
    expect(namesIn(" billing,, wine , billing")).toEqual(["billing", "wine"]);
    expect(namesIn("  ")).toEqual([]);
  });
});
