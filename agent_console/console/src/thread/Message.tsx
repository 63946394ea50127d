/** One message as a bubble; notes, notices and decisions look unlike anything the customer can see. */
import { memo } from "react";
import { asPercent, listed, timeOfDay, words, wordsFor } from "../locale/words";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { authorOf } from "./author";
import { pieces } from "./links";
import type { Body, DecisionView, MessageView } from "../wire/frames";
import css from "./message.module.css";

/** Text stays text: the pieces that are addresses are links, and the page they lead to learns nothing of this one. */
function Linked({ text }: { text: string }) {
  return pieces(text).map(({ text: shown, href }, i) =>
    href === null ? (
      shown
    ) : (
      <a key={i} href={href} target="_blank" rel="noopener noreferrer">
        {shown}
      </a>
    ),
  );
}

function BodyText({ body }: { body: Body }) {
  switch (body.kind) {
    case "text":
      return (
        <p dir="auto">
          <Linked text={body.text} />
        </p>
      );
    case "choices":
      return (
        <>
          <p>{words(body.options.length === 1 ? "message.choices.one" : "message.choices")}</p>
          <ul className={css.choices}>
            {body.options.map((one) => (
              <li key={one.intent}>{one.title}</li>
            ))}
          </ul>
        </>
      );
    case "choice":
      return (
        <p>
          <em>
            {body.intent === null
              ? words("message.choice.none")
              : words("message.choice", { title: body.title ?? body.intent })}
          </em>
        </p>
      );
    case "attachment":
      return <p>{words("message.attachment", { name: body.name, size: Math.ceil(body.size / 1024) })}</p>;
    case "notice":
      return <p>{wordsFor("notice", body.code, body.code, body.params)}</p>;
    case "erased":
      return (
        <p>
          <em>{words("message.erased")}</em>
        </p>
      );
  }
}

function Note({ message, me }: { message: MessageView; me: string }) {
  return (
    <article className={css.note}>
      <header>
        <Icon name="lock" size={13} />
        <strong>{words("message.internal")}</strong> · <bdi>{authorOf(message, me)}</bdi>
        <time dateTime={message.at}>{timeOfDay(message.at)}</time>
      </header>
      <BodyText body={message.body} />
    </article>
  );
}

interface Props {
  message: MessageView;
  first: boolean;
  me: string;
}

export const Message = memo(function Message({ message, first, me }: Props) {
  if (message.internal) return <Note message={message} me={me} />;
  return (
    <article className={css.message} data-author={message.author} data-first={first}>
      {first && (
        <header>
          <strong>
            <bdi>{authorOf(message, me)}</bdi>
          </strong>
          <time dateTime={message.at}>{timeOfDay(message.at)}</time>
        </header>
      )}
      <div className={css.bubble}>
        <BodyText body={message.body} />
      </div>
    </article>
  );
});

export const Notice = memo(function Notice({ message }: { message: MessageView }) {
  return (
    <div className={css.notice}>
      <span>
        <BodyText body={message.body} />
      </span>
      <time dateTime={message.at}>{timeOfDay(message.at)}</time>
    </div>
  );
});

function decisionTitle(decision: DecisionView): string {
  const parts = decision.parts.map(({ guesses }) => guesses[0]?.title ?? "");
  const guess = decision.guesses.find((one) => one.label === decision.label);
  const title = listed(parts) || (guess?.title ?? decision.label ?? "");
  if (decision.action === "answer") return words("decision.answer", { label: title });
  if (decision.action === "clarify") return words("decision.clarify");
  return words("decision.hand_off", { reason: decision.reason ? words(`reason.${decision.reason}`) : "" });
}

function Grounds({ decision }: { decision: DecisionView }) {
  const { confidence, threshold } = decision;
  if (decision.grounds !== "prediction" || confidence === null || threshold === null)
    return words(`decision.grounds.${decision.grounds}`);
  return (
    <Figure term="confidence" linked>
      {words("decision.confidence", { confidence: asPercent(confidence), threshold: asPercent(threshold) })}
    </Figure>
  );
}

export const Decision = memo(function Decision({ decision }: { decision: DecisionView }) {
  return (
    <div className={css.decision} data-action={decision.action}>
      <Icon name="bot" size={13} />
      <span>{decisionTitle(decision)}</span>
      <span className={css.decisionGrounds}>
        <Grounds decision={decision} />
      </span>
    </div>
  );
});
