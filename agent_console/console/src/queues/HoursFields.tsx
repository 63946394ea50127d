/** When a queue is open: a line for each weekday, and the holidays. */
import "@mantine/core/styles/Checkbox.layer.css";
import { Checkbox, Textarea, TextInput } from "@mantine/core";
import { LOCALE, words } from "../locale/words";
import { usualHours, weekdays, type HoursDraft } from "./hours";
import css from "./queues.module.css";

const DAYS = weekdays(LOCALE);

interface Props {
  draft: HoursDraft | null;
  onChange: (draft: HoursDraft | null) => void;
}

function Week({ draft, onChange }: { draft: HoursDraft; onChange: (draft: HoursDraft) => void }) {
  const set = (place: number, line: string): void =>
    onChange({ ...draft, week: draft.week.map((each, at) => (at === place ? line : each)) });
  return (
    <>
      <TextInput
        required
        withAsterisk={false}
        maxLength={64}
        label={words("queues.hours.zone")}
        description={words("queues.hours.zone.hint")}
        value={draft.zone}
        onChange={(event) => onChange({ ...draft, zone: event.currentTarget.value })}
      />
      <p className={css.quiet} id="shifts-hint">
        {words("queues.hours.day.hint")}
      </p>
      <div className={css.week}>
        {DAYS.map((day, place) => (
          <TextInput
            key={day}
            label={day}
            aria-describedby="shifts-hint"
            value={draft.week[place] ?? ""}
            onChange={(event) => set(place, event.currentTarget.value)}
          />
        ))}
      </div>
      <Textarea
        autosize
        minRows={2}
        label={words("queues.hours.holidays")}
        description={words("queues.hours.holidays.hint")}
        value={draft.holidays}
        onChange={(event) => onChange({ ...draft, holidays: event.currentTarget.value })}
      />
    </>
  );
}

export function HoursFields({ draft, onChange }: Props) {
  return (
    <fieldset className={css.takes}>
      <legend>{words("queues.hours")}</legend>
      <Checkbox
        label={words("queues.hours.set")}
        description={words("queues.hours.set.hint")}
        checked={draft !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? usualHours() : null)}
      />
      {draft && <Week draft={draft} onChange={onChange} />}
    </fieldset>
  );
}
