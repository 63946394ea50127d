/** The widget's words in the language of the page. */

import { isolated, type NoticeBody, type NoticeCode } from "@escalation/protocol";
import type en from "./locales/en.json";
import { an_agent, close, dir, none, open, open_unread } from "./locales/en.json";

export type Phrases = Omit<typeof en, "notice" | "error"> & {
  readonly notice: Readonly<Record<NoticeCode, string>>;
  readonly error: Readonly<Record<string, string>>;
};
type Key = Exclude<keyof Phrases, "notice" | "error">;
type Params = Readonly<Record<string, string | number>>;

/** Phrases as a file has them: any of them may be missing. */
type Given = Readonly<Record<string, unknown>>;

/** English as far as it is needed before the panel is there, which brings the rest (`Words.add`). */
const FIRST_WORDS = { dir, an_agent, close, none, open, open_unread };

/**
 * The words of a locale, from `widget/locales/<locale>.json` or, if the site has phrases of its own, from its `file`.
 * What a file does not say, or all of it if it cannot be had, is in English.
 */
export async function loadWords(locale: string, base: URL, file: string | null = null): Promise<Words> {
  if (locale === "en" && file === null) return new Words(locale);
  const url = !file ? new URL(`widget/locales/${locale}.json`, base) : new URL(file, document.baseURI);
  try {
    new Intl.Locale(locale); // throws where a page's `lang` is none, such as `en_US`
    const response = await fetch(url, { credentials: "omit" });
    if (response.ok) return new Words(locale, (await response.json()) as Given);
  } catch (error) {
    // no network just now, no JSON, no locale: English is better than no widget
    console.error(`${url.href}:`, error);
  }
  return new Words("en");
}

export class Words {
  private phrases: Phrases;

  constructor(
    readonly locale: string,
    given: Given = {},
  ) {
    this.phrases = over(FIRST_WORDS, given) as unknown as Phrases;
  }

  /** Another file is there with its part of English, which fills what was missing. */
  add(english: Given): void {
    this.phrases = over(english, this.phrases) as unknown as Phrases;
  }

  /** Which way the widget is written. */
  get direction(): string {
    return this.phrases.dir === "rtl" ? "rtl" : "ltr";
  }

  /** A phrase with `params` filled in. Of one with a `count` there may be a form for each kind of number: `key.few`. */
  say(key: Key, params: Params = {}): string {
    const { count } = params;
    const forms = this.phrases as unknown as Readonly<Record<string, string | undefined>>;
    const own = typeof count === "number" ? forms[`${key}.${new Intl.PluralRules(this.locale).select(count)}`] : null;
    return this.#fill(own ?? this.phrases[key], params);
  }

  /** A notice in words; of a code this widget does not know, and before the third file is there, nothing. */
  notice(body: NoticeBody): string | null {
    const phrase: string | undefined = this.phrases.notice?.[body.code as NoticeCode];
    return phrase === undefined ? null : this.#fill(phrase, { name: this.phrases.an_agent, ...body.params });
  }

  /** Why a message was refused. */
  error(code: string | undefined): string {
    return this.phrases.error[code ?? "other"] ?? this.phrases.error["other"]!;
  }

  /** How many, in the little room of a badge. */
  count(many: number): string {
    return Math.min(many, 9).toLocaleString(this.locale) + (many > 9 ? "+" : "");
  }

  /** The time of day, with the date if it was not today, as it is written where the reader's browser is from. */
  time(at: string, now = new Date(), spoken: readonly string[] = navigator.languages): string {
    const when = new Date(at);
    const locale = spoken.find((one) => one.startsWith(`${this.locale}-`)) ?? this.locale;
    const day = when.toDateString() === now.toDateString() ? {} : ({ day: "numeric", month: "short" } as const);
    return new Intl.DateTimeFormat(locale, { ...day, hour: "numeric", minute: "2-digit" }).format(when);
  }

  /** A phrase of the third file is empty until that file is there, which draws again. */
  #fill(phrase = "", params: Params): string {
    return phrase.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name] ?? whole;
      if (typeof value === "number") return value.toLocaleString(this.locale);
      return this.direction === "rtl" ? `\u2068${value}\u2069` : isolated(value);
    });
  }
}

/** All of `below` that `above` does not say otherwise, one level deep. What is not made of texts is not taken. */
function over(below: Given, above: Given): Given {
  const all: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = below[key];
    if (typeof value === "object" && value && typeof under !== "string")
      all[key] = over((under ?? {}) as Given, value as Given);
    else if (typeof value === "string" && typeof under !== "object") all[key] = value;
  }
  return all;
}
