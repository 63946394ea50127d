/** The widget's words in the language of the page. */

import { isolated, type NoticeBody, type NoticeCode } from "@escalation/protocol";
import en from "./locales/en.json";

export type Phrases = Omit<typeof en, "notice" | "error"> & {
  readonly notice: Readonly<Record<NoticeCode, string>>;
  readonly error: Readonly<Record<string, string>>;
};
type Key = Exclude<keyof Phrases, "notice" | "error">;

/** The words of a locale; English ones if its file, `widget/locales/<locale>.json`, cannot be had. */
export async function loadWords(locale: string, base: URL): Promise<Words> {
  if (locale === "en") return new Words(locale);
  try {
    const response = await fetch(new URL(`widget/locales/${locale}.json`, base), { credentials: "omit" });
    if (response.ok) return new Words(locale, (await response.json()) as Phrases);
  } catch {
    // no network just now: English is better than no widget
  }
  return new Words("en");
}

export class Words {
  constructor(
    readonly locale: string,
    private readonly phrases: Phrases = en,
  ) {}

  say(key: Key, params: Readonly<Record<string, string | number>> = {}): string {
    return fill(this.phrases[key], params);
  }

  /** A notice in words; of a code this widget does not know, nothing. */
  notice(body: NoticeBody): string | null {
    const phrase: string | undefined = this.phrases.notice[body.code as NoticeCode];
    return phrase === undefined ? null : fill(phrase, { name: this.phrases.an_agent, ...body.params });
  }

  /** Why a message was refused. */
  error(code: string | undefined): string {
    return this.phrases.error[code ?? "other"] ?? this.phrases.error["other"]!;
  }

  /** The time of day, with the date if it was not today, as it is written where the reader's browser is from. */
  time(at: string, now = new Date(), spoken: readonly string[] = navigator.languages): string {
    const when = new Date(at);
    const locale = spoken.find((one) => one.startsWith(`${this.locale}-`)) ?? this.locale;
    const day = when.toDateString() === now.toDateString() ? {} : ({ day: "numeric", month: "short" } as const);
    return new Intl.DateTimeFormat(locale, { ...day, hour: "numeric", minute: "2-digit" }).format(when);
  }
}

function fill(phrase: string, params: Readonly<Record<string, string | number>>): string {
  return phrase.replace(/\{(\w+)\}/g, (whole, name: string) => isolated(String(params[name] ?? whole)));
}
