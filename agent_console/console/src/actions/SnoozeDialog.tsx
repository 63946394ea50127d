/** Until when one's conversation stays out of the way; a message of the customer brings it back before. */
import "../locale/pages";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { useNow } from "../components/now";
import { commandWith } from "../wire/commands";
import css from "./actions.module.css";
import type { ActionProps } from "./ActionDialogs";
import { Times } from "./Times";

export function SnoozeDialog({ conversation, onClose }: ActionProps) {
  const now = new Date(useNow());
  const snooze = (until: Date): void => {
    onClose();
    commandWith("snooze", conversation, { until: until.toISOString() });
  };
  return (
    <Dialog open onClose={onClose} title={words("snooze.title")}>
      <p className={css.hint}>{words("snooze.hint")}</p>
      <Times now={now} submit={words("snooze.submit")} onChoose={snooze} />
    </Dialog>
  );
}
