/** Ask before a conversation is given to nobody in particular: put back into the queue, or handed back to the bot. */
import "../locale/pages";
import { words } from "../locale/words";
import { Confirm } from "../components/Confirm";
import { focusById } from "../components/focus";
import { THREAD_ID } from "../components/names";
import { controlOf } from "../store/control";
import { useStore } from "../store/store";
import { command, type PlainCommand } from "../wire/commands";
import type { ActionProps } from "./ActionDialogs";

interface Props extends ActionProps {
  type: PlainCommand;
  title: string;
  action: string;
  text: string;
}

function GiveAway({ conversation, onClose, type, title, action, text }: Props) {
  const confirm = (): void => {
    onClose();
    command(type, conversation);
    focusById(THREAD_ID);
  };
  return (
    <Confirm open title={title} action={action} onConfirm={confirm} onClose={onClose}>
      {text}
    </Confirm>
  );
}

export function RequeueDialog(props: ActionProps) {
  const me = useStore((state) => state.me?.id);
  const control = useStore((state) => controlOf(state, props.conversation));
  const name = control?.owner === me ? null : (control?.ownerName ?? words("author.agent"));
  return (
    <GiveAway
      {...props}
      type="release"
      title={name ? words("requeue.title.from", { name }) : words("requeue.title")}
      action={words("requeue.confirm")}
      text={name ? words("requeue.text.from", { name }) : words("requeue.text")}
    />
  );
}

export function HandBackDialog(props: ActionProps) {
  return (
    <GiveAway
      {...props}
      type="hand_back"
      title={words("handBack.title")}
      action={words("handBack.confirm")}
      text={words("handBack.text")}
    />
  );
}
