/** The right pane: why the conversation is here, and who the customer is. */
import "../locale/pages";
import { languageName, moment, words } from "../locale/words";
import { writtenIn } from "../store/language";
import { may } from "../store/permissions";
import { Suspense, useMemo } from "react";
import { lazily } from "../components/lazily";
import { currentDecisions, guessingDecision, tellingDecision } from "../resolve/choice";
import { useStore } from "../store/store";
import type { DecisionView } from "../wire/frames";
import { useSignedIn, useSiteName } from "../wire/session";
import css from "./handoff_reasons.module.css";
import { Confidence, Guesses, Neighbours } from "./Evidence";
import { History } from "./History";
import { languageSentence } from "./language";
import { Tags } from "./Tags";
import { Words } from "./Words";

const CustomerFacts = lazily(() => import("./CustomerFacts").then((file) => file.CustomerFacts));
const EraseCustomer = lazily(() => import("./EraseCustomer").then((file) => file.EraseCustomer));
const Parts = lazily(() => import("./Parts").then((file) => file.Parts));
const Routing = lazily(() => import("./Routing").then((file) => file.Routing));
const IntentAnswer = lazily(() => import("../answers/IntentAnswer").then((file) => file.IntentAnswer));

interface Why {
  conversation: string;
  /** Whether the resolve step is open. */
  resolving: boolean;
  decision: DecisionView | null;
  evidence: DecisionView | null;
  /** Whether the words that were decided on are gone. */
  erased: boolean;
}

function Reason({ decision, reason }: { decision: DecisionView; reason: NonNullable<DecisionView["reason"]> }) {
  const { languages } = useSignedIn().service;
  return reason === "language" ? languageSentence(decision.language, languages) : words(`reason.${reason}.long`);
}

function Why({ conversation, resolving, decision, evidence, erased }: Why) {
  if (!decision) return <p className={css.quiet}>{words("grounds.none")}</p>;
  return (
    <>
      {decision.reason && (
        <p className={css.reason}>
          <strong>{words(`reason.${decision.reason}`)}</strong> <Reason decision={decision} reason={decision.reason} />
        </p>
      )}
      {decision.reason === "no_answer" && decision.label !== null && (
        <Suspense fallback={null}>
          <IntentAnswer key={decision.label} name={decision.label} conversation={conversation} resolving={resolving} />
        </Suspense>
      )}
      {decision.blind && <p className={css.quiet}>{words("grounds.blind")}</p>}
      {evidence?.parts.length ? (
        <Suspense fallback={null}>
          <Parts decision={evidence} />
        </Suspense>
      ) : (
        <>
          <Confidence decision={decision} />
          {evidence && <Guesses decision={evidence} />}
          {evidence && <Neighbours decision={evidence} />}
          {evidence && !erased && <Words key={evidence.id} decision={evidence} />}
        </>
      )}
      {decision.model && (
        <p className={css.quiet}>
          {words("decision.model", { model: decision.model })} ·{" "}
          <time dateTime={decision.at}>{moment(decision.at)}</time>
        </p>
      )}
    </>
  );
}

function Customer({ conversation }: { conversation: string }) {
  const row = useStore((state) => state.rows[conversation] ?? null);
  const thread = useStore((state) => state.threads[conversation] ?? null);
  const mayErase = useStore((state) => may(state.me, "erase_customers"));
  const language = writtenIn(row, thread);
  const siteName = useSiteName();
  const facts: [string, string][] = [
    [words("grounds.customer.id"), thread?.customer || row?.customer || ""],
    [words("grounds.customer.language"), language ? languageName(language) : ""],
    [words("grounds.customer.locale"), languageName(thread?.locale || row?.locale || "")],
    [words("grounds.customer.site"), siteName(thread?.site || row?.site || "")],
    [words("grounds.customer.queue"), thread?.control?.queue ?? row?.queue ?? ""],
    [words("grounds.customer.since"), row?.status === "waiting" && row.waiting_since ? moment(row.waiting_since) : ""],
  ];
  const customer = thread?.customer || row?.customer;
  return (
    <>
      <dl className={css.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
      <Suspense fallback={null}>
        <CustomerFacts key={conversation} conversation={conversation} />
      </Suspense>
      {customer && mayErase && (
        <Suspense fallback={null}>
          <EraseCustomer key={customer} customer={customer} />
        </Suspense>
      )}
    </>
  );
}

export function HandoffReasons({ conversation, resolving }: { conversation: string; resolving: boolean }) {
  const thread = useStore((state) => state.threads[conversation]);
  const told = useStore((state) => state.rows[conversation]?.seq ?? 0);
  const assigns = useStore((state) => may(state.me, "assign_conversations"));
  const decisions = useMemo(() => (thread ? currentDecisions(thread) : null), [thread]);
  const erased = thread?.erased ?? false;
  const decision = decisions ? tellingDecision(decisions) : null;
  const evidence = decisions ? guessingDecision(decisions) : null;
  const handed = decision?.action === "hand_off" || !decision;
  return (
    <div className={css.sections}>
      <section>
        <h2>{words(handed ? "grounds.title" : "grounds.notHanded")}</h2>
        <Why
          conversation={conversation}
          resolving={resolving}
          decision={decision}
          evidence={evidence}
          erased={erased}
        />
      </section>
      <section>
        <h2>{words("grounds.customer")}</h2>
        <Customer conversation={conversation} />
      </section>
      {!erased && <Tags key={`tags ${conversation}`} conversation={conversation} />}
      {assigns && (
        <Suspense fallback={null}>
          <Routing conversation={conversation} again={told} />
        </Suspense>
      )}
      <section>
        <h2>{words("grounds.history")}</h2>
        <History key={conversation} conversation={conversation} />
      </section>
    </div>
  );
}
