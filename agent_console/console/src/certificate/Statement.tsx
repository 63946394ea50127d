/** The sentence that may be said to others, or what is missing for it. */
import { Figure, Meaning } from "../components/Figure";
import { Icon } from "../components/Icon";
import { asShare, words } from "../locale/words";
import type { CertificateBody } from "../wire/resources";
import css from "./certificate.module.css";
import { Facts } from "./Facts";
import { asBound, asCount, statement } from "./statement";

export function Statement({ body }: { body: CertificateBody }) {
  return (
    <section className={css.statement} data-proven={body.proven} aria-label={words("nav.certificate")}>
      <p className={css.sentence}>
        <Icon name={body.proven ? "check" : "info"} />
        <Figure term="window-certificate">{statement(body)}</Figure>
      </p>
      <Facts
        facts={[
          { name: "certificate.answers", term: "answers-counted", value: asCount(body.answers) },
          { name: "certificate.bound", term: "bound-on-wrong-answers", value: asBound(body.bound) },
          { name: "certificate.alpha", term: "alpha-accepted-error", value: asShare(body.alpha) },
        ]}
      />
      <p className={css.quiet}>
        <Meaning term="window-certificate">{words("certificate.meaning")}</Meaning>
      </p>
    </section>
  );
}
