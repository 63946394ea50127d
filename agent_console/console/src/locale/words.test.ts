/** Phrases and figures. */
import { expect, it } from "vitest";
import { NOTICE_CODES } from "@escalation/protocol";
import en from "./en.json";
import { age, counted, customersLanguage, duration, words, wordsFor } from "./words";

it("fills in, counts, and falls back to the server's words", () => {
  expect(words("load", { load: 2, capacity: 4 })).toBe("2/4");
  expect(counted("list.waiting", 1)).not.toBe(counted("list.waiting", 2));
  expect(wordsFor("refusal", "no_such_code", "said by the server")).toBe("said by the server");
});

it("has a phrase for every notice", () => {
  for (const code of NOTICE_CODES) expect(en).toHaveProperty([`notice.${code}`]);
});

it("writes durations", () => {
  expect(duration(32_400)).toBe("0:32");
  expect(duration(3_661_000)).toBe("1:01:01");
  expect(duration(-5)).toBe("0:00");
  expect(age(30_000)).toBe(words("age.now"));
  expect(age(7_200_000)).toBe("2h");
});

it("names the customer's language, and the page's as such", () => {
  expect(customersLanguage("ar", "en")).toBe("Arabic");
  expect(customersLanguage(null, "en")).toBe("Page: English");
  expect(customersLanguage(null, "not a language")).toBe("Page: not a language");
  expect(customersLanguage(null, "")).toBe("");
});
