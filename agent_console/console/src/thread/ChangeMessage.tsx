/** Below an own message, for the minute in which it can be edited and deleted. A file of its own: most have no such. */
import "../locale/pages";
import { isComposing, MAX_TEXT } from "@escalation/protocol";
import { Button, Textarea } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { focusById } from "../components/focus";
import { THREAD_ID } from "../components/names";
import { Problem } from "../components/Problem";
import { words, wordsFor } from "../locale/words";
import { clearRefusal } from "../store/requests";
import { controlOf } from "../store/control";
import type { Refusal } from "../store/state";
import { store, useStore } from "../store/store";
import { commandWith } from "../wire/commands";
import type { MessageView } from "../wire/frames";
import css from "./change.module.css";

const CHANGEABLE_MS = 60_000;

/** Whether the minute is still on, by the server's clock. */
function useChangeable(at: string): boolean {
  const [left] = useState(() => Date.parse(at) + CHANGEABLE_MS - Date.now() - store.get().skew);
  const [over, setOver] = useState(left <= 0);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setOver(true), left);
    return () => clearTimeout(timer);
  }, [left]);
  return !over;
}

interface Props {
  message: MessageView;
  text: string;
  conversation: string;
}

type Doing = "nothing" | "editing" | "deleting";

export function ChangeMessage({ message, text, conversation }: Props) {
  const changeable = useChangeable(message.at);
  /** A note belongs to who wrote it, a reply to who has the conversation: after a takeover or the end to nobody else. */
  const mine = useStore((state) => message.internal || controlOf(state, conversation)?.owner === state.me?.id);
  const [doing, setDoing] = useState<Doing>("nothing");
  const stop = (): void => {
    setDoing("nothing");
    focusById(THREAD_ID);
  };
  const remove = (): void => {
    stop();
    commandWith("delete_message", conversation, { message_id: message.id });
  };
  if (doing === "editing") {
    const done = (): void => setDoing("nothing");
    return <Editor {...{ message, text, conversation, changeable }} onCancel={stop} onDone={done} />;
  }
  if (!changeable || !mine) return null;
  if (doing === "deleting")
    return (
      <div className={css.change} role="group" aria-label={words("message.delete.really")}>
        <span>{words("message.delete.really")}</span>
        <Button size="compact-xs" variant="default" autoFocus onClick={stop}>
          {words("message.change.cancel")}
        </Button>
        <Button size="compact-xs" color="ember" onClick={remove}>
          {words("message.delete")}
        </Button>
      </div>
    );
  return (
    <div className={css.change}>
      <Button size="compact-xs" variant="default" onClick={() => setDoing("editing")}>
        {words("message.change")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setDoing("deleting")}>
        {words("message.delete")}
      </Button>
    </div>
  );
}

/** An edit on its way: whether it is, and why the last one was refused; that stays here when other refusals come. */
function useSaving(message: string, conversation: string) {
  const [ref, setRef] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const busy = useStore((state) => state.commands.some((one) => one.ref === ref));
  const refused = useStore((state) => state.refusals[conversation] ?? null);
  useLayoutEffect(() => {
    if (ref === null || refused?.ref !== ref) return;
    setRefusal(refused);
    store.update((state) => clearRefusal(state, conversation)); // it is told here, beside the words
  }, [ref, refused, conversation]);
  const save = (text: string): void => {
    setRefusal(null);
    setRef(commandWith("edit_message", conversation, { message_id: message, text }));
  };
  return { busy, asked: ref !== null, refusal, save };
}

interface EditorProps extends Props {
  changeable: boolean;
  onCancel: () => void;
  onDone: () => void;
}

/** Stays open until the thread has the new words: refused, or after the minute, what was typed is there to copy. */
function Editor({ message, text, conversation, changeable, onCancel, onDone }: EditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState(text);
  const { busy, asked, refusal, save } = useSaving(message.id, conversation);
  const said = draft.trim();
  const savable = changeable && said !== "" && !busy;
  const submit = (): void => (said === text ? onCancel() : save(said));
  const isSaved = asked && said === text;
  useEffect(() => {
    if (isSaved) (box.current?.contains(document.activeElement) ? onCancel : onDone)();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the new words are there
  }, [isSaved]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event.nativeEvent)) return;
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && savable;
    if (!sends && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    (sends ? submit : onCancel)();
  };
  return (
    <div className={css.editor} ref={box}>
      {refusal && (
        <Problem title={words("message.change.refused")}>{wordsFor("refusal", refusal.code, refusal.message)}</Problem>
      )}
      <Textarea
        autosize
        autoFocus
        minRows={2}
        maxRows={9}
        dir="auto"
        aria-label={words("message.change.label")}
        value={draft}
        readOnly={busy}
        onKeyDown={onKeyDown}
        onChange={(event) => setDraft(event.currentTarget.value.slice(0, MAX_TEXT))}
      />
      <div className={css.change}>
        <Button size="compact-xs" variant="default" onClick={onCancel}>
          {words("message.change.cancel")}
        </Button>
        <Button size="compact-xs" disabled={!savable} loading={busy} onClick={submit}>
          {words("message.change.save")}
        </Button>
      </div>
    </div>
  );
}
