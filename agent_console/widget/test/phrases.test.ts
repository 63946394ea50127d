/** The locale files: the same keys everywhere, a phrase for every notice, the same gaps to fill. */

import { NOTICE_CODES } from "@escalation/protocol";
import { describe, expect, test } from "vitest";
import de from "../src/locales/de.json";
import en from "../src/locales/en.json";
import es from "../src/locales/es.json";
import fr from "../src/locales/fr.json";
import { chooseLocale, LOCALES } from "../src/locales";
import { Words, type Phrases } from "../src/phrases";

const FILES: Readonly<Record<(typeof LOCALES)[number], Phrases>> = { en, de, es, fr };

function flat(phrases: object, prefix = ""): [string, string][] {
  return Object.entries(phrases).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value as object, `${prefix}${key}.`),
  );
}

const gaps = (phrase: string): string[] => (phrase.match(/\{\w+\}/g) ?? []).sort();

describe.each(LOCALES)("%s", (locale) => {
  const phrases = FILES[locale];

  test("says every notice", () => {
    expect(Object.keys(phrases.notice).sort()).toEqual([...NOTICE_CODES].sort());
  });

  test("has the keys and gaps of English, and nothing empty", () => {
    const english = new Map(flat(FILES.en));
    const own = new Map(flat(phrases));
    expect([...own.keys()]).toEqual([...english.keys()]);
    for (const [key, phrase] of own) {
      expect(phrase.trim(), key).not.toBe("");
      expect(gaps(phrase), key).toEqual(gaps(english.get(key)!));
    }
  });
});

test("the first wanted locale there is wins, regions aside", () => {
  expect(chooseLocale([null, "pt-BR", "de-AT", "fr"])).toBe("de");
  expect(chooseLocale(["ja", undefined])).toBe("en");
});

test("notices are filled in, and an unknown one is left out", () => {
  const words = new Words("en");
  const notice = (code: string, params = {}) => words.notice({ kind: "notice", code, params });
  expect(notice("agent_joined", { name: "Ana" })).toBe("Ana joined the conversation");
  expect(notice("agent_joined")).toBe("A colleague joined the conversation");
  expect(notice("something_newer")).toBeNull();
  expect(notice("agent_joined", { name: "علي" }), "from right to left inside, and nothing else").toBe(
    "\u2068علي\u2069 joined the conversation",
  );
});

test("an older message says its day", () => {
  const words = new Words("en");
  const now = new Date("2026-03-02T15:00:00");
  expect(words.time("2026-03-02T09:05:00", now, ["en"])).toBe("9:05 AM");
  expect(words.time("2026-02-27T09:05:00", now, ["en-US"])).toBe("Feb 27, 9:05 AM");
  expect(words.time("2026-02-27T21:05:00", now, ["fr-CA", "en-GB"])).toBe("27 Feb, 21:05");
});
