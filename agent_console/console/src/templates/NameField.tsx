/** The name by which agents find a template or a macro behind `/`. */
import { TextInput } from "@mantine/core";
import { words } from "../locale/words";

export function NameField({ name, onName }: { name: string; onName: (name: string) => void }) {
  return (
    <TextInput
      required
      withAsterisk={false}
      data-autofocus
      maxLength={40}
      pattern="[a-z0-9][a-z0-9_\-]*"
      label={words("templates.name")}
      description={words("templates.name.hint")}
      value={name}
      onChange={(event) => onName(event.currentTarget.value.toLowerCase())}
    />
  );
}
