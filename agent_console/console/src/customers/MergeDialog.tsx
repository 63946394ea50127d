/** A supervisor says that this customer is another one: found, compared, and confirmed, as nothing undoes it. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "../components/Confirm";
import { Dialog } from "../components/Dialog";
import { customerName } from "../components/names";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import results from "../components/results.module.css";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { go } from "../store/route";
import type { CustomerBody } from "../wire/resources";
import { rest } from "../wire/rest";
import { useResource } from "../wire/useResource";
import { CustomerSearch } from "./CustomerSearch";
import css from "./customers.module.css";
import { outcomes } from "./outcomes";

const nameOf = (one: CustomerBody): string => customerName({ customer: one.customer, customer_name: one.name || null });

function Choice({ found, onChosen }: { found: CustomerBody; onChosen: (customer: string) => void }) {
  return (
    <>
      <p className={results.quiet}>{words("customers.merge.lead")}</p>
      <CustomerSearch inDialog>
        {(customers) => {
          const others = customers.filter((one) => one.customer !== found.customer && one.site === found.site);
          if (others.length === 0) return <p className={results.quiet}>{words("customers.none")}</p>;
          return (
            <ul className={css.choices} aria-label={words("customers.found")}>
              {others.map((one) => (
                <li key={one.customer}>
                  <Button variant="default" fullWidth dir="auto" onClick={() => onChosen(one.customer)}>
                    {customerName({ customer: one.customer, customer_name: one.name || null })}
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </CustomerSearch>
    </>
  );
}

/** What the one who is left is known by afterwards, and what of the other is given up. */
function Comparison({ gone, left }: { gone: CustomerBody; left: CustomerBody }) {
  return (
    <>
      <p>{words("customers.merge.text", { gone: nameOf(gone), left: nameOf(left) })}</p>
      <ul className={css.outcomes}>
        {outcomes(gone, left).map(({ name, kept, dropped }) => (
          <li key={name}>
            <bdi>{name}</bdi>: <bdi>{kept}</bdi>
            {dropped && <span className={results.quiet}> {words("customers.merge.dropped", { value: dropped })}</span>}
          </li>
        ))}
      </ul>
      <p>
        <strong>{words("customers.merge.forGood")}</strong>
      </p>
    </>
  );
}

function Certain({ gone, left, onClose }: { gone: CustomerBody; left: CustomerBody; onClose: () => void }) {
  const action = useAction(() => undefined);
  const confirm = async (): Promise<void> => {
    const path = `customers/${encodeURIComponent(gone.customer)}/merge`;
    if (await action.run(() => rest("POST", path, { survivor: left.customer })))
      go({ page: "customers", customer: left.customer });
  };
  return (
    <Confirm
      open
      danger
      busy={action.busy}
      title={words("customers.merge.title")}
      action={words("customers.merge.confirm")}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {action.problem && <Problem>{action.problem}</Problem>}
      <Comparison gone={gone} left={left} />
    </Confirm>
  );
}

export function MergeDialog({ found, onClose }: { found: CustomerBody; onClose: () => void }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const other = useResource<CustomerBody>(chosen && `customers/${encodeURIComponent(chosen)}`);
  if (other.value) return <Certain gone={found} left={other.value} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={words("customers.merge.title")}>
      {chosen ? <Reading resource={other}>{() => null}</Reading> : <Choice found={found} onChosen={setChosen} />}
    </Dialog>
  );
}
