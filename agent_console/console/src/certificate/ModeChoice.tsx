/** The three modes, a sentence each, to choose from; and the dialog that changes the mode. */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Radio.layer.css";
import { Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { rest } from "../wire/rest";
import type { SessionBody } from "../wire/resources";
import { Reason } from "./Reason";

export type Mode = SessionBody["service"]["mode"];
const MODES: readonly Mode[] = ["shadow", "provisional", "strict"];

interface Props {
  label: string;
  value: Mode | null;
  onChange: (mode: Mode) => void;
}

export function ModeChoice({ label, value, onChange }: Props) {
  return (
    <Radio.Group label={label} value={value} onChange={onChange}>
      <Stack gap="md" mt="xs">
        {MODES.map((mode) => (
          <Radio
            key={mode}
            value={mode}
            label={words(`modes.${mode}`)}
            description={words(`modes.${mode}.text`)}
            required={value === null}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

export function ModeDialog({ mode, onClose, onDone }: { mode: Mode; onClose: () => void; onDone: () => void }) {
  const [chosen, setChosen] = useState<Mode>(mode);
  const [reason, setReason] = useState("");
  const action = useAction(onDone);
  const change = async (): Promise<void> => {
    if (await action.run(() => rest("PUT", "certificate/policy", { mode: chosen, reason }))) onClose();
  };
  return (
    <FormDialog
      title={words("modes.change.title")}
      submit={words("modes.change")}
      action={action}
      onSubmit={() => void change()}
      onClose={onClose}
    >
      <ModeChoice label={words("modes.label")} value={chosen} onChange={setChosen} />
      <Reason value={reason} hint="certificate.reason.hint" onChange={setReason} />
    </FormDialog>
  );
}
