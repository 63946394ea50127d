/** The name of a new intent; it is created only because somebody typed it here. */
import { Button, TextInput } from "@mantine/core";
import { useEscape } from "../keys/escape";
import { words } from "../locale/words";
import type { IntentBody } from "../wire/resources";
import { asName, isName } from "./choice";

interface Props {
  name: string;
  intents: readonly IntentBody[];
  onName: (name: string) => void;
  /** Nothing new after all: by the button, or by Escape. */
  onCancel: () => void;
}

export function NewIntent({ name, intents, onName, onCancel }: Props) {
  const exists = intents.some((one) => one.name === name);
  useEscape(onCancel);
  const invalid = name !== "" && !isName(name);
  return (
    <TextInput
      size="sm"
      mt={6}
      autoFocus
      value={name}
      maxLength={99}
      autoComplete="off"
      spellCheck={false}
      label={words("resolve.new.name")}
      description={exists ? words("resolve.new.exists") : words("resolve.new.hint")}
      error={invalid ? words("resolve.new.invalid") : null}
      onChange={(event) => onName(asName(event.currentTarget.value))}
      rightSectionWidth={76}
      rightSection={
        <Button size="compact-sm" variant="subtle" aria-label={words("resolve.new.cancel")} onClick={onCancel}>
          {words("resolve.cancel")}
        </Button>
      }
    />
  );
}
