/** Asks before a conversation is taken from the bot or from a colleague. */
import "../locale/pages";
import { words } from "../locale/words";
import { focusById } from "../components/focus";
import { THREAD_ID } from "../components/names";
import { Confirm } from "../components/Confirm";
import { controlOf } from "../store/control";
import { useStore } from "../store/store";
import { command } from "../wire/commands";
import type { ActionProps } from "./ActionDialogs";

export function TakeOverDialog({ conversation, onClose }: ActionProps) {
  const control = useStore((state) => controlOf(state, conversation));
  const name = control?.ownerName ?? null;
  const confirm = (): void => {
    onClose();
    command("take_over", conversation);
    focusById(THREAD_ID);
  };
  return (
    <Confirm
      open
      title={name ? words("takeOver.title.from", { name }) : words("takeOver.title")}
      action={words("takeOver.confirm")}
      onConfirm={confirm}
      onClose={onClose}
    >
      {name ? words("takeOver.text.from", { name }) : words("takeOver.text")}
    </Confirm>
  );
}
