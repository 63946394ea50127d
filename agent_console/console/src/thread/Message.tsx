/** One message as a bubble; notes, notices and decisions look unlike anything the customer can see. */
import { memo, Suspense } from "react";
import { lazily } from "../components/lazily";
import { asPercent, listed, timeOfDay, words, wordsFor } from "../locale/words";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { hashOf } from "../store/route";
import { authorOf } from "./author";
import { Linked } from "./Linked";
import type { Body, DecisionView, MessageView } from "../wire/frames";
import css from "./message.module.css";

const Files = lazily(() => import("./Files").then((file) => file.Files));
export const Quoted = lazily(() => import("./Quote").then((file) => file.Quoted));
const QuoteButton = lazily(() => import("./Quote").then((file) => file.QuoteButton));
const ChangeMessage = lazily(() => import("./ChangeMessage").then((file) => file.ChangeMessage));

function BodyText({ body }: { body: Body }) {
  switch (body.kind) {
    case "text":
      return (
        <p dir="auto">
          <Linked text={body.text} />
        </p>
      );
    case "choices":
      if (body.options.length === 0) return <em>{words("message.choices.hidden")}</em>;
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
      return (
        <Suspense fallback={null}>
          <Files body={body} />
        </Suspense>
      );
    case "notice":
      return (
        <p>
          {wordsFor("notice", body.code, body.code, body.params)}{" "}
          {typeof body.params?.conversation === "string" && (
            <a href={hashOf({ page: "conversations", conversation: body.params.conversation })}>
              {words("notice.follow_up_ended.open")}
            </a>
          )}
        </p>
      );
    case "erased":
    case "deleted":
      return (
        <p>
          <em>{words(`message.${body.kind}`)}</em>
        </p>
      );
  }
}

const isGone = ({ body }: MessageView): boolean => body.kind === "erased" || body.kind === "deleted";

/** What it says, that it says something else than at first, and for who wrote it the way to change it. */
function Said({ message, me, conversation }: Where) {
  const { body } = message;
  const said = "text" in body;
  return (
    <>
      <BodyText body={body} />
      {said && message.edited && <small className={css.edited}>{words("message.edited")}</small>}
      {said && message.author === "agent" && message.author_name === me && (
        <Suspense fallback={null}>
          <ChangeMessage message={message} text={body.text} conversation={conversation} />
        </Suspense>
      )}
    </>
  );
}

function Note({ message, me, conversation }: Where) {
  return (
    <article className={css.note}>
      <header>
        <Icon name="lock" size={13} />
        <strong>{words("message.internal")}</strong> · <bdi>{authorOf(message, me)}</bdi>
        <time dateTime={message.at}>{timeOfDay(message.at)}</time>
      </header>
      <Said message={message} me={me} conversation={conversation} />
    </article>
  );
}

interface Where {
  message: MessageView;
  me: string;
  conversation: string;
}

interface Props extends Where {
  first: boolean;
  /** Whether to say that the customer has read it. */
  read?: boolean;
}

export const Message = memo(function Message({ message, first, me, conversation, read }: Props) {
  if (message.internal) return <Note message={message} me={me} conversation={conversation} />;
  return (
    <article id={`m-${message.id}`} className={css.message} data-author={message.author} data-first={first}>
      {first && (
        <header>
          <strong>
            <bdi>{authorOf(message, me)}</bdi>
          </strong>
          <time dateTime={message.at}>{timeOfDay(message.at)}</time>
        </header>
      )}
      <div className={css.bubble}>
        <Suspense>{message.quotes && <Quoted conversation={conversation} id={message.quotes} />}</Suspense>
        <Said message={message} me={me} conversation={conversation} />
      </div>
      <Suspense>{!isGone(message) && <QuoteButton conversation={conversation} id={message.id} />}</Suspense>
      {read && <p className={css.read}>{words("message.read")}</p>}
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
