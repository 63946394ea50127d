/** The sentence of the certificate, for each thing that can be missing. */
import { expect, it } from "vitest";
import "../locale/pages";
import type { CertificateBody } from "../wire/resources";
import { since, statement } from "./statement";

const certificate = (over: Partial<CertificateBody>): CertificateBody => ({
  proven: false,
  since: "2025-10-01T12:00:00Z",
  answers: 12_340,
  alpha: 0.02,
  confidence: 0.95,
  bound: 0.031,
  right: 400,
  wrong: 3,
  pending: 2,
  chance: 0.1,
  missing: "audits",
  audits_missing: 120,
  days_missing: 13.2,
  probes: 114,
  misses: 0,
  miss_bound: 0.049,
  audits_due: 2,
  oldest_due: null,
  auditors: 2,
  audits_a_day: 30,
  stopped_at: null,
  stopped_because: null,
  breaker: 0,
  probation_answers: 0,
  probation_wrong: 0,
  probation_waiting: 0,
  ...over,
});
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "");

it("states what is proven", () => {
  const said = plain(statement(certificate({ proven: true, missing: "nothing" })));
  expect(said).toMatch(/^Of 12,340 automatic answers since October 1.* at most 2% were wrong, with 95% confidence\.$/);
});

it.each([
  [{ missing: "answers" as const }, "no automatic answer yet"],
  [{ missing: "probes" as const, probes: 0 }, "no probe was labelled yet"],
  [{ missing: "probes" as const, probes: 20, miss_bound: 0.31 }, "as often as 31%"],
  [{}, "it takes about 120 more audits, or 14 days"],
  [{ audits_missing: 1, days_missing: 0.2 }, "it takes about 1 more audit, or 1 day at"],
  [{ audits_missing: null }, "more audits are missing"],
  [{ missing: "days" as const, days_missing: 200 }, "or 200 days at the present pace, and the window ends before"],
  [{ missing: "days" as const, days_missing: null }, "the window ends before enough audits are labelled"],
  [{ missing: "error_rate" as const, alpha: 0.015 }, "an accepted share of 1.5%"],
])("says what is missing: %j", (over, expected) => {
  expect(plain(statement(certificate(over)))).toContain(expected);
});

it("gives the year only where it is another one", () => {
  const now = new Date("2026-11-29T12:00:00Z");
  expect(since("2026-10-01T12:00:00Z", now)).toBe("October 1");
  expect(since("2025-10-01T12:00:00Z", now)).toBe("October 1, 2025");
});
