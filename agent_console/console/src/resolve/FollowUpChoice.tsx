/** Whether to be reminded to write to the customer again, though the conversation is resolved, and when. */
import { NativeSelect, TextInput } from "@mantine/core";
import { fieldValue, SNOOZE_DAYS, snoozeTimes, wrongTime } from "../actions/snoozeTimes";
import { useNow } from "../components/now";
import { dateAndTime, words } from "../locale/words";

interface Props {
  /** A value of the field below; null: not at all. */
  at: string | null;
  onAt: (at: string | null) => void;
}

const NEVER = "";
const OTHER = "other";

/** Why no follow-up can be planned for then, in words; null where one can, or none is wanted. */
export function wrongFollowUp(at: string | null): string | null {
  const wrong = at === null ? null : wrongTime(at, new Date());
  return wrong && words(`snooze.wrong.${wrong}`, { days: SNOOZE_DAYS });
}

export function FollowUpChoice({ at, onAt }: Props) {
  const now = new Date(useNow());
  const times = snoozeTimes(now).filter(([preset]) => preset !== "hour");
  const presets = times.map(([preset, time]) => ({
    value: fieldValue(time),
    label: `${words(`snooze.${preset}`)}, ${dateAndTime(time)}`,
  }));
  const isPreset = presets.some(({ value }) => value === at);
  const data = [
    { value: NEVER, label: words("resolve.followUp.no") },
    ...presets,
    { value: OTHER, label: words("snooze.choose") },
  ];
  const choose = (value: string): void =>
    onAt(value === NEVER ? null : value === OTHER ? fieldValue(new Date(now.getTime() + 7 * 86_400_000)) : value);
  return (
    <div>
      <NativeSelect
        size="sm"
        label={words("resolve.followUp")}
        data={data}
        value={at === null ? NEVER : isPreset ? at : OTHER}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {at !== null && !isPreset && (
        <TextInput
          size="sm"
          mt={6}
          type="datetime-local"
          label={words("snooze.choose")}
          value={at}
          error={wrongFollowUp(at)}
          onChange={(event) => onAt(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
