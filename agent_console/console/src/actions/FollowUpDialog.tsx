/** When one means to write to the customer again, and what to think of then. */
import "../locale/pages";
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { useNow } from "../components/now";
import { commandWith } from "../wire/commands";
import css from "./actions.module.css";
import type { ActionProps } from "./ActionDialogs";
import { Times } from "./Times";

const NOTE_CHARACTERS = 4000;

export function FollowUpDialog({ conversation, onClose }: ActionProps) {
  const now = new Date(useNow());
  const [note, setNote] = useState("");
  const plan = (at: Date): void => {
    onClose();
    commandWith("plan_follow_up", conversation, { at: at.toISOString(), note: note.trim() || null });
  };
  return (
    <Dialog open onClose={onClose} title={words("followUp.title")}>
      <p className={css.hint}>{words("followUp.hint")}</p>
      <Textarea
        label={words("followUp.note")}
        description={words("followUp.note.hint")}
        value={note}
        maxLength={NOTE_CHARACTERS}
        autosize
        minRows={2}
        mb="md"
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Times now={now} submit={words("followUp.submit")} onChoose={plan} />
    </Dialog>
  );
}
