/** An own message the server has not stored yet, or has refused; nothing typed is ever lost. */
import { Suspense } from "react";
import { words } from "../locale/words";
import { lazily } from "../components/lazily";
import type { Pending } from "../store/state";
import { Quoted } from "./Message";
import css from "./message.module.css";

const FailedMessage = lazily(() => import("./FailedMessage").then((file) => file.FailedMessage));

export function PendingMessage({ pending }: { pending: Pending }) {
  const { refusal, request } = pending;
  const kind = request.type;
  const quotes = kind === "reply" && request.quotes;
  return (
    <article className={css.message} data-author="agent" data-first="true" data-pending={!refusal} data-kind={kind}>
      <header>
        <strong>{words(kind === "note" ? "message.internal" : "author.you")}</strong>
        {!refusal && <span>{words("message.sending")}</span>}
      </header>
      <div className={css.bubble}>
        <Suspense>{quotes && <Quoted conversation={request.conversation} id={quotes} />}</Suspense>
        <p dir="auto">{pending.text || words("message.file")}</p>
      </div>
      <Suspense>{refusal && <FailedMessage pending={pending} refusal={refusal} />}</Suspense>
    </article>
  );
}
