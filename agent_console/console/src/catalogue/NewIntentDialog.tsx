/** Add an intent: its name, which stays, and the title people read. */
import { Button, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { Problem } from "../components/Problem";
import { useAction } from "../components/useAction";
import { asName } from "../resolve/choice";
import { go } from "../store/route";
import { rest } from "../wire/rest";

export function NewIntentDialog({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [name, setName] = useState<string | null>(null);
  const action = useAction(() => undefined);
  const wanted = (name ?? asName(title)).trim();
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!(await action.run(() => rest("POST", "catalogue/intents", { name: wanted, title: title.trim() || null }))))
      return;
    onClose();
    go({ page: "catalogue", intent: wanted });
  };
  return (
    <Dialog open onClose={onClose} title={words("catalogue.new")}>
      <form onSubmit={(event) => void add(event)}>
        <Stack gap="sm">
          {action.problem && <Problem title={words("refusal.title")}>{action.problem}</Problem>}
          <TextInput
            data-autofocus
            label={words("catalogue.titleField")}
            description={words("catalogue.new.title.hint")}
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <TextInput
            label={words("catalogue.new.name")}
            description={words("catalogue.new.name.hint")}
            maxLength={100}
            value={name ?? asName(title)}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" disabled={wanted === ""} loading={action.busy}>
            {words("catalogue.new.add")}
          </Button>
        </Stack>
      </form>
    </Dialog>
  );
}
