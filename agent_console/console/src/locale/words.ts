/** Every phrase of the console comes from a locale file; here they are looked up and filled in. `pages.ts` adds some. */
import { isolated } from "@escalation/protocol";
import en from "./en.json";
import type pages from "./en.pages.json";

export type Phrase = keyof typeof en | keyof typeof pages;
export type Params = Record<string, string | number>;

const phrases: Record<string, string> = { ...en };
export const LOCALE = "en";
const plurals = new Intl.PluralRules(LOCALE);

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => isolated(String(params[name] ?? whole)));
}

/** Make the phrases of a page known that is fetched when it is first shown. */
export function addPhrases(added: Record<string, string>): void {
  Object.assign(phrases, added);
}

export function words(phrase: Phrase, params: Params = {}): string {
  return fill(phrases[phrase] ?? phrase, params);
}

/** The phrase `stem.one` or `stem.other`, as the count asks for; `{count}` is filled in. */
export function counted(stem: string, count: number): string {
  const phrase = phrases[`${stem}.${plurals.select(count)}`] ?? phrases[`${stem}.other`] ?? stem;
  return fill(phrase, { count });
}

/** A phrase named by the server (`notice.<code>`, `refusal.<code>`); `fallback` when this page does not know it. */
export function wordsFor(stem: string, code: string, fallback: string, params: Params = {}): string {
  const phrase = phrases[`${stem}.${code}`];
  return phrase ? fill(phrase, params) : fallback;
}

const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const percent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 });
const exactPercent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 2 });
const finePercent = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

const isSameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

export const timeOfDay = (iso: string): string => clock.format(new Date(iso));

/** "Today", or "22 Nov". */
export function dayOf(iso: string): string {
  const at = new Date(iso);
  return isSameDay(at, new Date()) ? words("day.today") : day.format(at);
}

/** 14:02 today, "3 Nov 14:02" before. */
export function moment(iso: string): string {
  const at = new Date(iso);
  return isSameDay(at, new Date()) ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

const full = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** "Mon, 12 Jan, 09:00", for a time to come. */
export const dateAndTime = (at: Date): string => full.format(at);

/** @param share 0..1 */
export const asPercent = (share: number): string => percent.format(share);
/** A share that somebody set, as exact as it is: 2%, 1.5%. @param share 0..1 */
export const asShare = (share: number): string => exactPercent.format(share);
/** @param share 0..1 */
export const asFinePercent = (share: number): string => finePercent.format(share);

const languages = new Intl.DisplayNames(LOCALE, { type: "language" });
const list = new Intl.ListFormat(LOCALE, { type: "conjunction" });

/** "German" for `de`; the code itself where it has no name. */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code; // pages may name their language as they like
  }
}

/** What the customer writes in where that is known, else the language of the page they came from, named as such. */
export function customersLanguage(language: string | null, pageLocale: string): string {
  if (language) return languageName(language);
  return pageLocale && words("row.pageLanguage", { language: languageName(pageLocale) });
}

/** "English, Spanish, and German" */
export const listed = (parts: readonly string[]): string => list.format(parts);

/** Milliseconds as 0:32, 12:05 or 3:04:05. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Milliseconds as one coarse unit: now, 4m, 2h, 3d. */
export function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return words("age.now");
  if (minutes < 60) return words("age.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return words("age.hours", { count: hours });
  return words("age.days", { count: Math.floor(hours / 24) });
}
