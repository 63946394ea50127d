/** The name of a new intent; it is created only because somebody typed it here. */
import { TextInput } from "@mantine/core";
import { words } from "../locale/words";
import type { IntentBody } from "../wire/resources";
import { asName, isName } from "./choice";

interface Props {
  name: string;
  intents: readonly IntentBody[];
  onName: (name: string) => void;
}

export function NewIntent({ name, intents, onName }: Props) {
  const exists = intents.some((one) => one.name === name);
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
    />
  );
}
