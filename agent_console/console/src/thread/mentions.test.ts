import { describe, expect, it } from "vitest";
import cases from "../../../../tests/core/called_names.json";
import type { AgentView } from "../wire/frames";
import { calledIn, colleaguesFor, mentionsIn, withMention } from "./mentions";

const agent = (id: string, name: string): AgentView => ({
  id,
  name,
  role: "agent",
  availability: "online",
  load: 0,
  capacity: 4,
  away_because: null,
});
const all = [agent("ana", "Ana"), agent("tom", "Tom"), agent("anam", "Ana Maria"), agent("li", "李")];
const agents = Object.fromEntries(all.map((one) => [one.id, one]));

describe("what is typed behind an @", () => {
  it("is looked for at the caret, not in an address", () => {
    expect(["@", "ask @To", "(@a", "ana@sho", "@Tom and"].map(calledIn)).toEqual(["", "to", "a", null, null]);
  });
  it("finds names and parts of them, not oneself", () => {
    const found = (search: string): string[] => colleaguesFor(agents, search, "ana").map(({ id }) => id);
    expect([found("a"), found("mar"), found(""), found("x")]).toEqual([["anam"], ["anam"], ["anam", "tom", "li"], []]);
  });
  it("names those first who are there", () => {
    const tom: AgentView = { ...agent("tom", "Tom"), availability: "offline" };
    expect(colleaguesFor({ ...agents, tom }, "", "ana").map(({ id }) => id)).toEqual(["anam", "li", "tom"]);
  });
  it("becomes the whole name, and what follows stays", () => {
    expect(withMention("ask @to please", 7, "Tom")).toEqual({ text: "ask @Tom please", caret: 9 });
  });
});

describe("whom a note mentions", () => {
  const named = Object.entries(cases.names).map(([id, name]) => [id, agent(id, name)] as const);
  it.each(cases.notes)("$text", ({ text, called }) => {
    expect(mentionsIn(text, Object.fromEntries(named))).toEqual(called);
  });
});
