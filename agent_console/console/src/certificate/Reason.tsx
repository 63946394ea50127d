/** Why something is changed: it stands in the security log. */
import { Textarea } from "@mantine/core";
import { words, type Phrase } from "../locale/words";

const REASON = { minLength: 3, maxLength: 500 };

export function Reason({ value, hint, onChange }: { value: string; hint: Phrase; onChange: (value: string) => void }) {
  return (
    <Textarea
      required
      withAsterisk={false}
      autosize
      minRows={2}
      {...REASON}
      label={words("certificate.reason")}
      description={words(hint)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
