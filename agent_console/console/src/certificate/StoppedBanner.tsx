/** Automatic answers are stopped: since when, why, and the way to the certificate, above every page. */
import "../locale/pages";
import { Icon } from "../components/Icon";
import { moment, words } from "../locale/words";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import type { CertificateBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./stopped.module.css";

export function StoppedBanner() {
  const changed = useStore((state) => state.modelsChanged);
  const { value } = useResource<CertificateBody>("certificate", changed);
  const since = value?.stopped_at ?? null;
  return (
    <section className={css.banner} aria-label={words("stopped.label")}>
      <Icon name="alert" />
      <p role="alert">
        {since ? words("stopped.since", { time: moment(since) }) : words("stopped.now")}
        {value?.stopped_because && <> {words(`stopped.because.${value.stopped_because}`)}</>} {words("stopped.until")}{" "}
        <a href={hashOf({ page: "certificate" })}>{words("stopped.link")}</a>
      </p>
    </section>
  );
}
