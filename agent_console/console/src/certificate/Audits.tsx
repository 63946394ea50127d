/** How the audits stand, and how far auditors can be trusted. */
import { Figure } from "../components/Figure";
import { asPercent, asShare, moment, words } from "../locale/words";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import type { CertificateBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import css from "./certificate.module.css";
import { Facts } from "./Facts";
import { asCount } from "./statement";

function Due({ body }: { body: CertificateBody }) {
  const { me } = useSignedIn();
  return (
    <p className={css.quiet}>
      {body.oldest_due && (
        <>
          {words("certificate.oldest")} <time dateTime={body.oldest_due}>{moment(body.oldest_due)}</time>.{" "}
        </>
      )}
      {body.audits_due > 0 && may(me, "audit") && <a href={hashOf({ page: "audits" })}>{words("certificate.label")}</a>}
    </p>
  );
}

export function Audits({ body }: { body: CertificateBody }) {
  return (
    <section className={css.card} aria-labelledby="certificate-audits">
      <h2 id="certificate-audits">{words("certificate.audits")}</h2>
      <Facts
        facts={[
          { name: "certificate.right", term: "right-wrong-pending", value: asCount(body.right) },
          { name: "certificate.wrong", term: "right-wrong-pending", value: asCount(body.wrong) },
          { name: "certificate.pending", term: "right-wrong-pending", value: asCount(body.pending) },
          { name: "certificate.due", term: "audits-waiting", value: asCount(body.audits_due) },
          { name: "certificate.chance", term: "chance-of-an-audit", value: asShare(body.chance) },
        ]}
      />
      <Due body={body} />
    </section>
  );
}

const FEW = { 0: "certificate.people.none", 1: "certificate.people.alone" } as const;

export function Auditors({ body }: { body: CertificateBody }) {
  const few = body.auditors === 0 || body.auditors === 1 ? FEW[body.auditors] : null;
  const bound = body.probes === 0 ? words("certificate.missBound.none") : asPercent(body.miss_bound);
  return (
    <section className={css.card} aria-labelledby="certificate-auditors">
      <h2 id="certificate-auditors">{words("certificate.auditors")}</h2>
      <Facts
        facts={[
          { name: "certificate.people", term: "people-who-audit", value: asCount(body.auditors) },
          { name: "certificate.probes", term: "probes-misses", value: asCount(body.probes) },
          { name: "certificate.misses", term: "probes-misses", value: asCount(body.misses) },
          { name: "certificate.missBound", term: "probes-misses", value: bound },
        ]}
      />
      {few && <p className={css.quiet}>{words(few)}</p>}
    </section>
  );
}

export function Breaker({ body }: { body: CertificateBody }) {
  return (
    <div className={css.breaker}>
      <meter
        min={0}
        max={1}
        low={0.5}
        high={0.8}
        optimum={0}
        value={body.breaker}
        aria-label={words("certificate.breaker.label")}
      />
      <Figure term="level-of-the-breaker" linked>
        {asPercent(body.breaker)}
      </Figure>
    </div>
  );
}
