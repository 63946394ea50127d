/** Staff say what a customer is called and written to. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { useAction } from "../components/useAction";
import results from "../components/results.module.css";
import { words } from "../locale/words";
import type { CustomerBody } from "../wire/resources";
import { rest } from "../wire/rest";

interface Props {
  found: CustomerBody;
  onChanged: (found: CustomerBody) => void;
  onClose: () => void;
}

/** What staff gave is changed; what others said is not copied into the form as if staff had said it. */
const given = (text: string, by: CustomerBody["name_by"]): string => (by === "staff" ? text : "");

export function NameDialog({ found, onChanged, onClose }: Props) {
  const [name, setName] = useState(given(found.name, found.name_by));
  const [email, setEmail] = useState(given(found.email, found.email_by));
  const action = useAction(() => undefined);
  const submit = async (): Promise<void> => {
    const path = `customers/${encodeURIComponent(found.customer)}/name`;
    const done = await action.run(async () => onChanged(await rest<CustomerBody>("PUT", path, { name, email })));
    if (done) onClose();
  };
  return (
    <FormDialog
      title={words("customers.rename.title")}
      submit={words("customers.rename.submit")}
      action={action}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className={results.quiet}>{words("customers.rename.text")}</p>
      <TextInput
        dir="auto"
        maxLength={200}
        label={words("customer.name")}
        placeholder={found.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        type="email"
        maxLength={254}
        label={words("customer.email")}
        placeholder={found.email}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
