/** A supervisor erases a customer for good, after being asked once more. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "../components/Confirm";
import { Problem } from "../components/Problem";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { rest } from "../wire/rest";
import type { ErasureBody } from "../wire/resources";
import css from "./handoff_reasons.module.css";

function Done({ erasure }: { erasure: ErasureBody }) {
  const models = erasure.models.join(", ");
  return (
    <p className={css.quiet} role="status">
      {words("erase.done")} {models && words("erase.models", { models })}
    </p>
  );
}

export function EraseCustomer({ customer }: { customer: string }) {
  const [asking, setAsking] = useState(false);
  const [erasure, setErasure] = useState<ErasureBody | null>(null);
  const action = useAction(() => undefined);
  const confirm = async (): Promise<void> => {
    await action.run(async () =>
      setErasure(await rest<ErasureBody>("DELETE", `customers/${encodeURIComponent(customer)}`)),
    );
    setAsking(false);
  };
  if (erasure) return <Done erasure={erasure} />;
  return (
    <>
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {words("erase.customer")}
      </Button>
      <Confirm
        open={asking}
        danger
        busy={action.busy}
        title={words("erase.title")}
        action={words("erase.confirm")}
        onConfirm={() => void confirm()}
        onClose={() => setAsking(false)}
      >
        {words("erase.text")}
      </Confirm>
    </>
  );
}
