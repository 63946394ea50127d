/** Nobody has chosen how the bot may answer: above every page, with the way to the choice for who may choose. */
import "../locale/pages";
import { Icon } from "../components/Icon";
import { words } from "../locale/words";
import { hashOf } from "../store/route";
import css from "./stopped.module.css";

export function UnchosenBanner({ choosing }: { choosing: boolean }) {
  return (
    <section className={css.banner} data-calm="true" aria-label={words("stopped.label")}>
      <Icon name="info" />
      <p>
        {words("unchosen.text")}{" "}
        {choosing && <a href={hashOf({ page: "conversations", conversation: null })}>{words("unchosen.link")}</a>}
      </p>
    </section>
  );
}
