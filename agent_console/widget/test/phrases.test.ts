/** The locale files: the same keys everywhere, a phrase for every notice, the same gaps to fill. */

import { NOTICE_CODES } from "@escalation/protocol";
import { describe, expect, test, vi } from "vitest";
import ar from "../src/locales/ar.json";
import de from "../src/locales/de.json";
import en from "../src/locales/en.json";
import es from "../src/locales/es.json";
import fr from "../src/locales/fr.json";
import { chooseLocale, LOCALES } from "../src/locales";
import { Words, type Phrases } from "../src/phrases";
import { noticeWords } from "../src/ui/notice";

const FILES: Readonly<Record<(typeof LOCALES)[number], Phrases>> = { en, de, es, fr, ar };

function flat(phrases: object, prefix = ""): [string, string][] {
  return Object.entries(phrases).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value as object, `${prefix}${key}.`),
  );
}

const FORM = /\.(zero|one|two|few|many)$/;
const gaps = (phrase: string): string[] => (phrase.match(/\{\w+\}/g) ?? []).sort();

describe.each(LOCALES)("%s", (locale) => {
  const phrases = FILES[locale];

  test("says every notice", () => {
    expect(Object.keys(phrases.notice).sort()).toEqual([...NOTICE_CODES].sort());
  });

  test("has the keys and gaps of English, and nothing empty", () => {
    const english = new Map(flat(FILES.en));
    const own = new Map(flat(phrases).filter(([key]) => !FORM.test(key)));
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, phrase] of own) {
      expect(phrase.trim(), key).not.toBe("");
      expect(gaps(phrase), key).toEqual(gaps(english.get(key)!));
    }
  });

  test("has all forms of a phrase that has several, none with gaps of its own", () => {
    const own = new Map(flat(phrases));
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    const several = new Set([...own.keys()].filter((key) => FORM.test(key)).map((key) => key.replace(FORM, "")));
    for (const key of several) {
      for (const form of pluralCategories.filter((one) => one !== "other")) {
        const phrase = own.get(`${key}.${form}`);
        expect(phrase, `${key}.${form}`).toBeDefined();
        expect(gaps(own.get(key)!)).toEqual(expect.arrayContaining(gaps(phrase!)));
      }
    }
  });
});

test("the first wanted locale there is wins, regions aside", () => {
  expect(chooseLocale([null, "pt-BR", "de-AT", "fr"])).toBe("de");
  expect(chooseLocale(["ja", undefined])).toBe("en");
});

test("a count has the form its language wants, in its figures", () => {
  const words = new Words("ar", ar);
  const open = (count: number) => words.say("open_unread", { count });
  expect([1, 2, 3, 11].map(open)).toEqual([
    "فتح المحادثة، رسالة جديدة واحدة",
    "فتح المحادثة، رسالتان جديدتان",
    `فتح المحادثة، ${(3).toLocaleString("ar")} رسائل جديدة`,
    `فتح المحادثة، ${(11).toLocaleString("ar")} رسالة جديدة`,
  ]);
  expect(words.count(12)).toBe(`${(9).toLocaleString("ar")}+`);
  expect(new Words("en", en).say("open_unread", { count: 3 })).toBe("Open the chat, 3 new");
});

test("a name stands for itself in a sentence from right to left", () => {
  expect(new Words("ar", ar).say("typing", { name: "Ana (2)" })).toBe("يكتب \u2068Ana (2)\u2069 الآن");
});

test("what a site's own file does not say is in English, and what is no text is not taken", () => {
  const own = {
    dir: "rtl",
    title: "Fale conosco",
    hello: { html: "<b>" },
    waiting: 7,
    notice: "all",
    error: { other: "Ops" },
  };
  const words = new Words("pt", own);
  words.add(en);
  expect(words.direction).toBe("rtl");
  expect([words.say("title"), words.say("close"), words.say("hello"), words.say("waiting")]).toEqual([
    "Fale conosco",
    "Close the chat",
    "Hello, how can we help?",
    "Waiting for a person",
  ]);
  expect(words.notice({ kind: "notice", code: "reopened", params: {} })).toBe("This conversation is open again");
  expect([words.error("nonsense"), words.error("file_infected")]).toEqual(["Ops", "A virus was found in this file."]);
});

test("notices are filled in, and an unknown one is left out", () => {
  const words = new Words("en", en);
  const notice = (code: string, params = {}) => words.notice({ kind: "notice", code, params });
  expect(notice("agent_joined", { name: "Ana" })).toBe("Ana joined the conversation");
  expect(notice("agent_joined")).toBe("A colleague joined the conversation");
  expect(notice("something_newer")).toBeNull();
  expect(notice("agent_joined", { name: "علي" }), "from right to left inside, and nothing else").toBe(
    "\u2068علي\u2069 joined the conversation",
  );
});

test("a customer is told when somebody is back by their own clock", () => {
  vi.useFakeTimers({ now: new Date("2026-03-02T22:00:00") });
  const told = (at: string, locale: keyof typeof FILES = "en") => {
    const params = { opens_at: new Date(at).toISOString().replace("Z", "+00:00") };
    return noticeWords(new Words(locale, FILES[locale]), { kind: "notice", code: "closed_now", params })!;
  };
  expect(told("2026-03-03T09:00:00")).toContain("back tomorrow, 9:00 AM.");
  expect(told("2026-03-02T23:30:00")).toContain("today, 11:30 PM");
  expect(told("2026-03-09T09:00:00")).toContain("Monday, March 9 at 9:00 AM");
  expect(told("2026-03-03T09:00:00", "de")).toContain("sind morgen, 9:00 wieder da");
  vi.useRealTimers();
});

test("an older message says its day", () => {
  const words = new Words("en", en);
  const now = new Date("2026-03-02T15:00:00");
  expect(words.time("2026-03-02T09:05:00", now, ["en"])).toBe("9:05 AM");
  expect(words.time("2026-02-27T09:05:00", now, ["en-US"])).toBe("Feb 27, 9:05 AM");
  expect(words.time("2026-02-27T21:05:00", now, ["fr-CA", "en-GB"])).toBe("27 Feb, 21:05");
});
