/** A time to come, by a few words or from a field: for a snooze and for a follow-up. */
import "../locale/pages";
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { dateAndTime, words } from "../locale/words";
import css from "./actions.module.css";
import { fieldValue, SNOOZE_DAYS, snoozeTimes, wrongTime, type Wrong } from "./snoozeTimes";

interface Props {
  now: Date;
  /** What the button beside the field says. */
  submit: string;
  onChoose: (time: Date) => void;
}

function Chosen({ now, submit: label, onChoose }: Props) {
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
        {label}
      </Button>
    </form>
  );
}

export function Times({ now, submit, onChoose }: Props) {
  return (
    <>
      <ul className={css.choices}>
        {snoozeTimes(now).map(([preset, time]) => (
          <li key={preset}>
            <Button
              fullWidth
              variant="default"
              justify="space-between"
              onClick={() => onChoose(time)}
              rightSection={<span className={css.detail}>{dateAndTime(time)}</span>}
            >
              {words(`snooze.${preset}`)}
            </Button>
          </li>
        ))}
      </ul>
      <Chosen now={now} submit={submit} onChoose={onChoose} />
    </>
  );
}
