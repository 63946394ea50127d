/** How a row of a report is called. */
import { dayOf, words, wordsFor } from "../locale/words";
import type { ReportBody, ReportRowBody } from "../wire/resources";

/** A day such as `2026-03-01` as people write it; noon is on that day in every zone. */
export const dayName = (day: string): string => dayOf(`${day}T12:00`);

export function nameOf(by: ReportBody["by"], { key, name }: ReportRowBody): string {
  if (key === "")
    return words(by === "agent" ? "reports.nobody" : by === "team" ? "reports.no_team" : "reports.unknown");
  if (by === "day") return dayName(key);
  return by === "reason" ? wordsFor("reason", key, key) : name;
}
