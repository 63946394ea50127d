/** For whom an answer is approved. */
import { describe, expect, it } from "vitest";
import { ALL, firstPlace, leavesOthersWaiting, localesOf, places, replaced } from "./places";

const spanish = { reply: ["es"], own: "en" };
const english = { reply: ["en"], own: "en" };

describe("a reply in another language", () => {
  it("is approved in that language unless somebody chooses", () => expect(firstPlace(spanish)).toBe("es"));
  it("may be the default answer as well", () => {
    expect(places(spanish)).toEqual(["es", "en", ALL]);
    expect(localesOf("en", spanish)).toEqual(["en"]);
    expect(localesOf(ALL, spanish)).toEqual(["es", "en"]);
  });
  it("leaves others waiting where there is no default answer", () => {
    expect(leavesOthersWaiting("es", spanish, ["es"])).toBe(true);
    expect(leavesOthersWaiting("es", spanish, ["en"])).toBe(false);
    expect(leavesOthersWaiting(ALL, spanish, [])).toBe(false);
  });
  it("replaces only answers that are there", () => {
    expect(replaced(ALL, spanish, ["en", "de"])).toEqual(["en"]);
    expect(replaced("es", spanish, ["en"])).toEqual([]);
  });
});

it("is nothing to choose in the language of the default answer", () => {
  expect(places(english)).toEqual(["en"]);
  expect(localesOf(firstPlace(english), english)).toEqual(["en"]);
});

it("may be in the language of the page where the customer writes another", () => {
  expect(places({ reply: ["en", "es"], own: "en" })).toEqual(["en", "es", ALL]);
  expect(places({ reply: ["fr", "es"], own: "en" })).toEqual(["fr", "es", "en", ALL]);
});
