/** What is looked for survives the address, and becomes the service's query. */
import { expect, test } from "vitest";
import type { RowView } from "../wire/frames";
import { filterText, isReversed, OUTCOMES, parseFilter, pathOf, STATUSES, type Filter } from "./filter";

const query = (filter: Filter): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(pathOf(filter).split("?")[1]));

test("a filter comes back from the address as it was, and what is empty is left out", () => {
  const filter: Filter = { words: "crédit & more", agent: "a1", before: "17" };
  expect(parseFilter(filterText(filter))).toEqual(filter);
  expect(filterText({ words: "" })).toBe("");
  expect(parseFilter("unknown=1")).toEqual({});
});

test("one choice asks for a status or for an outcome", () => {
  expect(query({ state: "waiting" })).toMatchObject({ status: "waiting" });
  expect(query({ state: "waiting" })).not.toHaveProperty("outcome");
  expect(query({ state: "expired" })).toMatchObject({ outcome: "expired" });
});

test("out of scope is the empty intent, no intent is none", () => {
  expect(query({ intent: "-" })).toMatchObject({ intent: "" });
  expect(query({})).not.toHaveProperty("intent");
});

test("the last day counts whole, and what is no day is left out", () => {
  const day = query({ since: "2030-01-02", until: "2030-01-02" });
  expect(Date.parse(day["until"]!) - Date.parse(day["since"]!)).toBe(86_400_000);
  expect(query({ since: "soon" })).not.toHaveProperty("since");
});

test("days in the wrong order are told, one day and an open end are not", () => {
  expect(isReversed({ since: "2030-01-02", until: "2030-01-01" })).toBe(true);
  expect(isReversed({ since: "2030-01-02", until: "2030-01-02" })).toBe(false);
  expect(isReversed({ until: "2030-01-01" })).toBe(false);
});

test("every outcome and every open status of the protocol can be looked for", () => {
  const outcomes = { answered: 1, resolved: 1, abandoned: 1, expired: 1, silent: 1 } satisfies Every<
    RowView["outcome"]
  >;
  const statuses = { bot: 1, waiting: 1, assigned: 1, closed: 1 } satisfies Every<RowView["status"]>;
  expect([...OUTCOMES].sort()).toEqual(Object.keys(outcomes).sort());
  expect([...STATUSES, "closed"].sort()).toEqual(Object.keys(statuses).sort());
});

/** An object that names each of these, which the compiler checks against the protocol's types. */
type Every<T extends string | null> = Record<NonNullable<T>, 1>;
