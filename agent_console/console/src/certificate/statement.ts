/** What is proven of the automatic answers, or what is missing, in one sentence. Pure. */
import { asFinePercent, asPercent, asShare, counted, LOCALE, words } from "../locale/words";
import type { CertificateBody } from "../wire/resources";

const count = new Intl.NumberFormat(LOCALE);
const days = new Intl.NumberFormat(LOCALE, { style: "unit", unit: "day", unitDisplay: "long" });
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year: "numeric" });

export const asCount = (number: number): string => count.format(number);

/** A bound of 1 says nothing, so it gets no decimals. */
export const asBound = (share: number): string => (share < 1 ? asFinePercent(share) : asPercent(share));

/** "October 1", with its year where that is not the present one. */
export function since(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
}

/** How much is missing in audits and in days; null where that is not known. */
function missing({ audits_missing: audits, days_missing: left }: CertificateBody) {
  if (audits === null || left === null) return null;
  return { audits: counted("certificate.more", audits), days: days.format(Math.max(1, Math.ceil(left))) };
}

export function statement(body: CertificateBody): string {
  const alpha = asShare(body.alpha);
  const ahead = missing(body);
  switch (body.missing) {
    case "nothing":
      return words("certificate.proven", {
        answers: asCount(body.answers),
        since: body.since === null ? "" : since(body.since),
        alpha,
        confidence: asShare(body.confidence),
      });
    case "answers":
      return words("certificate.missing.answers");
    case "probes":
      if (body.probes === 0) return words("certificate.missing.probes.none");
      return words("certificate.missing.probes", { bound: asPercent(body.miss_bound) });
    case "audits":
      return ahead ? words("certificate.missing.audits", ahead) : words("certificate.missing.audits.open");
    case "days":
      return ahead ? words("certificate.missing.days", ahead) : words("certificate.missing.days.open");
    case "error_rate":
      return words("certificate.missing.error_rate", { alpha });
  }
}
