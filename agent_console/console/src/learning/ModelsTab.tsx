/** Anchor, champion and live head, and every version and revision with what the gate set says of it. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { asFinePercent, moment, words, wordsFor } from "../locale/words";
import { Confirm } from "../components/Confirm";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { statement } from "../certificate/statement";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import { rest } from "../wire/rest";
import type { CertificateBody, ModelBody, ModelsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./learning.module.css";
import { ESTIMATES, Measures } from "./Measures";
import { ModelCard } from "./ModelCard";
import { ModelsTable } from "./ModelsTable";
import { Reading } from "../components/Reading";
import { useAction, type Action } from "../components/useAction";

type Asked = { kind: "promote"; model: ModelBody } | { kind: "rollback"; to: string; live: string } | null;

function PromoteText({ model }: { model: ModelBody }) {
  return (
    <>
      <p>{words("models.promote.text", { name: model.name })}</p>
      {model.kind === "revision" && model.state !== "live" && <p>{words("models.promote.pauses")}</p>}
      <Measures model={model} shown={ESTIMATES} />
    </>
  );
}

function Ask({ asked, action, onClose }: { asked: Asked; action: Action; onClose: () => void }) {
  if (!asked) return null;
  const path = asked.kind === "promote" ? `models/${encodeURIComponent(asked.model.name)}/promote` : "models/rollback";
  const confirm = async (): Promise<void> => {
    await action.run(() => rest("POST", path, {}));
    onClose();
  };
  const name = asked.kind === "promote" ? asked.model.name : asked.to;
  return (
    <Confirm
      open
      title={words(`models.${asked.kind}.title`, { name })}
      action={words(`models.${asked.kind}`)}
      busy={action.busy}
      danger={asked.kind === "rollback"}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {asked.kind === "promote" ? (
        <PromoteText model={asked.model} />
      ) : (
        <p>{words("models.rollback.text", { name, live: asked.live })}</p>
      )}
    </Confirm>
  );
}

/** What is proven of the answers; the mode speaks only while nothing is. */
function Standing({ body }: { body: ModelsBody }) {
  const changed = useStore((state) => state.modelsChanged);
  const { value } = useResource<CertificateBody>("certificate", changed);
  const proven = value?.proven ?? false;
  return (
    <div className={css.mode} data-proven={proven}>
      <Icon name={proven ? "check" : "info"} />
      <p>
        {value && proven ? (
          <Figure term="window-certificate" linked>
            {statement(value)}
          </Figure>
        ) : (
          wordsFor("models.mode", body.mode, body.mode)
        )}
        {body.alpha !== null && (
          <strong>
            {" "}
            <Figure term="alpha-accepted-error" linked>
              {words("models.alpha", { alpha: asFinePercent(body.alpha) })}
            </Figure>
          </strong>
        )}{" "}
        <a href={hashOf({ page: "certificate" })}>
          {words(proven ? "models.certificate.proven" : "models.certificate")}
        </a>
      </p>
    </div>
  );
}

/** On what grounds the anchor answers: what its own audits prove, else what let it in. */
function Grounds({ body }: { body: ModelsBody }) {
  const { anchor_certified_alpha: alpha, anchor_certified_until: until, anchor_grounds: grounds } = body;
  if (alpha !== null && until !== null) {
    return (
      <Figure term="certified-anchor" linked>
        {words("models.grounds.certified", { alpha: asFinePercent(alpha), until: moment(until) })}
      </Figure>
    );
  }
  return grounds && <span>{wordsFor("models.grounds", grounds, grounds)}</span>;
}

function Cards({ body, onRollback }: { body: ModelsBody; onRollback: (() => void) | null }) {
  const find = (name: string | null): ModelBody | null => body.models.find((one) => one.name === name) ?? null;
  return (
    <div className={css.cards}>
      <ModelCard
        title={words("models.anchor")}
        hint={words("models.anchor.hint")}
        standing={<Grounds body={body} />}
        name={body.anchor}
        model={find(body.anchor)}
      />
      <ModelCard
        title={words("models.champion")}
        hint={words("models.champion.hint")}
        name={body.champion}
        model={find(body.champion)}
        {...(onRollback ? { action: { label: words("models.rollback"), run: onRollback } } : {})}
      />
      <ModelCard
        title={words("models.live")}
        name={body.live}
        model={find(body.live)}
        hint={words(body.live === body.anchor ? "models.live.same" : "models.live.hint")}
      />
    </div>
  );
}

function Paused({ action }: { action: Action | null }) {
  return (
    <div className={css.paused}>
      <Icon name="pause" />
      <p>{words("models.pinned")}</p>
      {action && (
        <Button
          size="compact-sm"
          variant="default"
          loading={action.busy}
          onClick={() => void action.run(() => rest("POST", "models/unpin", {}))}
        >
          {words("models.unpin")}
        </Button>
      )}
    </div>
  );
}

/** What asks for a rollback; null where there is nothing to go back to. */
function rollback({ rollback_to: to, live }: ModelsBody, ask: (asked: Asked) => void): (() => void) | null {
  return to === null || live === null ? null : () => ask({ kind: "rollback", to, live });
}

export function ModelsTab({ mayChange }: { mayChange: boolean }) {
  const changed = useStore((state) => state.modelsChanged);
  const resource = useResource<ModelsBody>("models", changed);
  const action = useAction(resource.reload);
  const [asked, setAsked] = useState<Asked>(null);
  return (
    <Reading resource={resource}>
      {(body) => (
        <>
          <Standing body={body} />
          {body.pinned && <Paused action={mayChange ? action : null} />}
          {action.problem && (
            <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
              {action.problem}
            </Problem>
          )}
          <Cards body={body} onRollback={mayChange ? rollback(body, setAsked) : null} />
          <ModelsTable
            models={body.models}
            anchor={body.anchor}
            onPromote={mayChange ? (model) => setAsked({ kind: "promote", model }) : null}
          />
          <p className={css.quiet}>{words("models.gate")}</p>
          <Ask asked={asked} action={action} onClose={() => setAsked(null)} />
        </>
      )}
    </Reading>
  );
}
