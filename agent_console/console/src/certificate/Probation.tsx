/** What the live head may answer alone, what it did, and the dialog that changes its share and its budget. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { Meaning } from "../components/Figure";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { asShare, words } from "../locale/words";
import { may } from "../store/permissions";
import { rest } from "../wire/rest";
import type { CertificateBody, DialBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import type { Resource } from "../wire/useResource";
import css from "./certificate.module.css";
import { Facts } from "./Facts";
import { Reason } from "./Reason";
import { asCount } from "./statement";

/** The largest share that can be chosen here, in percent. */
const MOST = 5;

interface DialogProps {
  allowed: DialBody;
  onClose: () => void;
  onDone: () => void;
}

function ProbationDialog({ allowed, onClose, onDone }: DialogProps) {
  const [percent, setPercent] = useState(String(Math.min(MOST, 100 * allowed.probation_share)));
  const [budget, setBudget] = useState(String(allowed.probation_budget));
  const [reason, setReason] = useState("");
  const action = useAction(onDone);
  const change = async (): Promise<void> => {
    const body = { probation_share: Number(percent) / 100, probation_budget: Number(budget), reason };
    if (await action.run(() => rest("PUT", "certificate/policy", body))) onClose();
  };
  const shared = { type: "number", min: 0, required: true, withAsterisk: false } as const;
  return (
    <FormDialog
      title={words("probation.change")}
      submit={words("modes.change")}
      action={action}
      onSubmit={() => void change()}
      onClose={onClose}
    >
      <TextInput
        {...shared}
        max={MOST}
        step="any"
        data-autofocus
        label={words("probation.percent")}
        description={words("probation.percent.hint")}
        value={percent}
        onChange={(event) => setPercent(event.currentTarget.value)}
      />
      <TextInput
        {...shared}
        max={1000}
        step={1}
        label={words("probation.budget")}
        description={words("probation.budget.hint")}
        value={budget}
        onChange={(event) => setBudget(event.currentTarget.value)}
      />
      <Reason value={reason} hint="certificate.reason.hint" onChange={setReason} />
    </FormDialog>
  );
}

function Allowed({ allowed, onDone }: { allowed: DialBody; onDone: () => void }) {
  const governs = may(useSignedIn().me, "govern_answers");
  const [asked, setAsked] = useState(false);
  const { probation_share: share, probation_budget: budget } = allowed;
  return (
    <>
      <Facts
        facts={[
          { name: "probation.share", term: "share-budget-of-probation", value: asShare(share) },
          { name: "probation.budget", term: "share-budget-of-probation", value: asCount(budget) },
        ]}
      />
      {share === 0 && <p className={css.quiet}>{words("probation.off")}</p>}
      {governs && (
        <div className={css.buttons}>
          <Button size="compact-md" variant="default" onClick={() => setAsked(true)}>
            {words("probation.change")}
          </Button>
        </div>
      )}
      {asked && <ProbationDialog allowed={allowed} onClose={() => setAsked(false)} onDone={onDone} />}
    </>
  );
}

interface Props {
  body: CertificateBody;
  dial: Resource<DialBody>;
  onDone: () => void;
}

/** @param onDone after a change, done or refused */
export function Probation({ body, dial, onDone }: Props) {
  return (
    <section className={css.card} aria-labelledby="certificate-probation">
      <h2 id="certificate-probation">
        <Meaning term="lane">{words("probation")}</Meaning>
      </h2>
      <Facts
        facts={[
          { name: "probation.answers", term: "share-budget-of-probation", value: asCount(body.probation_answers) },
          { name: "certificate.wrong", term: "share-budget-of-probation", value: asCount(body.probation_wrong) },
          { name: "certificate.due", term: "audits-waiting", value: asCount(body.probation_waiting) },
        ]}
      />
      <Reading resource={dial}>{(allowed) => <Allowed allowed={allowed} onDone={onDone} />}</Reading>
    </section>
  );
}
