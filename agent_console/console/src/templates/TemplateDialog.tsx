/** Write a template, or change one. */
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { rest } from "../wire/rest";
import type { TemplateBody } from "../wire/resources";
import { NameField } from "./NameField";

interface Props {
  /** Null: a new one. */
  template: TemplateBody | null;
  onClose: () => void;
  onDone: () => void;
}

export function TemplateDialog({ template, onClose, onDone }: Props) {
  const [name, setName] = useState(template?.name ?? "");
  const [text, setText] = useState(template?.text ?? "");
  const action = useAction(() => undefined);
  const save = async (): Promise<void> => {
    const saved = await action.run(() =>
      template ? rest("PUT", `templates/${template.id}`, { name, text }) : rest("POST", "templates", { name, text }),
    );
    if (saved) onDone();
  };
  return (
    <FormDialog
      title={template ? words("templates.change.label", { name: template.name }) : words("templates.add")}
      submit={words("templates.save")}
      action={action}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <NameField name={name} onName={setName} />
      <Textarea
        required
        withAsterisk={false}
        autosize
        minRows={4}
        maxRows={14}
        maxLength={4_000}
        dir="auto"
        label={words("templates.body")}
        description={words("templates.body.hint")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
