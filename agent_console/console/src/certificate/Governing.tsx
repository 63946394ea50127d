/** Mode, breaker and the budget of audits; admins change them and let answers go on, each with a reason. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { Meaning } from "../components/Figure";
import { useAction } from "../components/useAction";
import { LOCALE, words } from "../locale/words";
import { may } from "../store/permissions";
import { rest } from "../wire/rest";
import type { CertificateBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { Breaker } from "./Audits";
import css from "./certificate.module.css";
import { Facts } from "./Facts";
import { ModeDialog } from "./ModeChoice";
import { Reason } from "./Reason";

interface AskProps {
  onClose: () => void;
  onDone: () => void;
}

function ResumeDialog({ onClose, onDone }: AskProps) {
  const [reason, setReason] = useState("");
  const action = useAction(onDone);
  const resume = async (): Promise<void> => {
    if (await action.run(() => rest("POST", "certificate/resume", { reason }))) onClose();
  };
  return (
    <FormDialog
      title={words("certificate.resume.title")}
      submit={words("certificate.resume")}
      action={action}
      onSubmit={() => void resume()}
      onClose={onClose}
    >
      <p>{words("certificate.resume.text")}</p>
      <Reason value={reason} hint="certificate.reason.resume.hint" onChange={setReason} />
    </FormDialog>
  );
}

function BudgetDialog({ budget, onClose, onDone }: AskProps & { budget: number }) {
  const [audits, setAudits] = useState(String(budget));
  const [reason, setReason] = useState("");
  const action = useAction(onDone);
  const change = async (): Promise<void> => {
    const body = { audits_a_day: Number(audits), reason };
    if (await action.run(() => rest("PUT", "certificate/budget", body))) onClose();
  };
  return (
    <FormDialog
      title={words("certificate.budget.title")}
      submit={words("certificate.budget.change")}
      action={action}
      onSubmit={() => void change()}
      onClose={onClose}
    >
      <TextInput
        type="number"
        min={1}
        max={10_000}
        step="any"
        required
        withAsterisk={false}
        data-autofocus
        label={words("certificate.budget")}
        description={words("certificate.budget.hint")}
        value={audits}
        onChange={(event) => setAudits(event.currentTarget.value)}
      />
      <Reason value={reason} hint="certificate.reason.hint" onChange={setReason} />
    </FormDialog>
  );
}

const number = new Intl.NumberFormat(LOCALE);

/** @param onDone after a change, done or refused */
export function Governing({ body, onDone }: { body: CertificateBody; onDone: () => void }) {
  const { me, service } = useSignedIn();
  const governs = may(me, "govern_answers");
  const [asked, setAsked] = useState<"resume" | "budget" | "mode" | null>(null);
  const close = (): void => setAsked(null);
  return (
    <section className={css.card} aria-labelledby="certificate-governing">
      <h2 id="certificate-governing">{words("certificate.stopping")}</h2>
      <dl className={css.facts}>
        <div>
          <dt>
            <Meaning term="shadow-provisional-strict">{words("modes.label")}</Meaning>
          </dt>
          <dd>{words(`modes.${service.mode}`)}</dd>
        </div>
      </dl>
      <p className={css.term}>
        <Meaning term="level-of-the-breaker">{words("certificate.breaker")}</Meaning>
      </p>
      <Breaker body={body} />
      <Facts facts={[{ name: "certificate.budget", term: "audits-a-day", value: number.format(body.audits_a_day) }]} />
      {governs && (
        <div className={css.buttons}>
          {body.stopped_at && (
            <Button size="compact-md" onClick={() => setAsked("resume")}>
              {words("certificate.resume")}
            </Button>
          )}
          <Button size="compact-md" variant="default" onClick={() => setAsked("mode")}>
            {words("modes.change.title")}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setAsked("budget")}>
            {words("certificate.budget.title")}
          </Button>
        </div>
      )}
      {asked === "mode" && <ModeDialog mode={service.mode} onClose={close} onDone={onDone} />}
      {asked === "resume" && <ResumeDialog onClose={close} onDone={onDone} />}
      {asked === "budget" && <BudgetDialog budget={body.audits_a_day} onClose={close} onDone={onDone} />}
    </section>
  );
}
