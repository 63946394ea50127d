/** Until when one's conversation stays out of the way; a message of the customer brings it back before. */
import "../locale/pages";
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { dateAndTime, words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { useNow } from "../components/now";
import { commandWith } from "../wire/commands";
import css from "./actions.module.css";
import type { ActionProps } from "./ActionDialogs";
import { fieldValue, SNOOZE_DAYS, snoozeTimes, wrongTime, type Wrong } from "./snoozeTimes";

function Chosen({ now, onChoose }: { now: Date; onChoose: (until: Date) => void }) {
  const [value, setValue] = useState(() => fieldValue(snoozeTimes(now).at(-1)![1]));
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = wrongTime(value, now);
    setWrong(found);
    if (found === null) onChoose(new Date(value));
  };
  return (
    <form className={css.chosen} onSubmit={submit} noValidate>
      <TextInput
        type="datetime-local"
        label={words("snooze.choose")}
        value={value}
        min={fieldValue(now)}
        error={wrong && words(`snooze.wrong.${wrong}`, { days: SNOOZE_DAYS })}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        {words("snooze.submit")}
      </Button>
    </form>
  );
}

export function SnoozeDialog({ conversation, onClose }: ActionProps) {
  const now = new Date(useNow());
  const snooze = (until: Date): void => {
    onClose();
    commandWith("snooze", conversation, { until: until.toISOString() });
  };
  return (
    <Dialog open onClose={onClose} title={words("snooze.title")}>
      <p className={css.hint}>{words("snooze.hint")}</p>
      <ul className={css.choices}>
        {snoozeTimes(now).map(([preset, until]) => (
          <li key={preset}>
            <Button
              fullWidth
              variant="default"
              justify="space-between"
              onClick={() => snooze(until)}
              rightSection={<span className={css.detail}>{dateAndTime(until)}</span>}
            >
              {words(`snooze.${preset}`)}
            </Button>
          </li>
        ))}
      </ul>
      <Chosen now={now} onChoose={snooze} />
    </Dialog>
  );
}
