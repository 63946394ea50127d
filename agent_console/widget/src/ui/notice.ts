/** A notice in words, with times as the reader's clock has them. */

import type { NoticeBody } from "@escalation/protocol";
import type { Words } from "../phrases";

/** Null for a notice this widget does not know. */
export function noticeWords(words: Words, body: NoticeBody): string | null {
  const opensAt = body.params?.["opens_at"];
  if (opensAt === undefined) return words.notice(body);
  return words.notice({ ...body, params: { ...body.params, opens_at: coming(words.locale, new Date(opensAt)) } });
}

/** "today, 9:00", "tomorrow, 9:00", "Monday, December 7 at 9:00". */
function coming(locale: string, when: Date): string {
  const days = Math.round((new Date(when).setHours(12, 0) - new Date().setHours(12, 0)) / 86_400_000);
  const time = { hour: "numeric", minute: "2-digit" } as const;
  if (days > 1) {
    const day = { weekday: "long", day: "numeric", month: "long" } as const;
    return new Intl.DateTimeFormat(locale, { ...day, ...time }).format(when);
  }
  const near = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return `${near}, ${new Intl.DateTimeFormat(locale, time).format(when)}`;
}
