/** Where replies and notes are written. Drafts are kept per conversation and kind, on every key. */
import { isComposing, MAX_TEXT } from "@escalation/protocol";
import { Button, SegmentedControl, Textarea } from "@mantine/core";
import { Suspense, useRef, useState, type KeyboardEvent } from "react";
import { words } from "../locale/words";
import { COMPOSER_ID } from "../components/names";
import { Icon } from "../components/Icon";
import { lazily } from "../components/lazily";
import type { Abilities, Control } from "../store/control";
import { draftKey, usePreference, type DraftKind } from "../store/preferences";
import { useStore } from "../store/store";
import { searchIn } from "../templates/fill";
import type { TakeKey } from "../templates/TemplateMenu";
import { sendMessage, tellTyping } from "../wire/commands";
import css from "./composer.module.css";

const TemplateMenu = lazily(() => import("../templates/TemplateMenu").then((file) => file.TemplateMenu));
const TELL_LEFT_FROM = 3_500;
const MENU_ID = "templates-menu";

interface Props {
  conversation: string;
  control: Control | null;
  can: Abilities;
  kind: DraftKind;
  onKind: (kind: DraftKind) => void;
}

function useDraft(conversation: string, kind: DraftKind) {
  const [text, setText] = usePreference<string>(draftKey(conversation, kind), "");
  const write = (next: string): void => {
    setText(next.slice(0, MAX_TEXT));
    if (kind === "reply" && next !== "") tellTyping(conversation);
  };
  const send = (): void => {
    if (text.trim() !== "") sendMessage(conversation, kind, text.trim());
  };
  return { text, write, send };
}

/** The menu of templates while the reply begins with a slash, until it is closed by Escape. */
function useTemplates(text: string, kind: DraftKind) {
  const keys = useRef<TakeKey | null>(null);
  const [active, setActive] = useState<string>();
  const [closed, setClosed] = useState<string | null>(null);
  const search = kind === "reply" && closed !== text ? searchIn(text) : null;
  return { keys, active, setActive, search, close: () => setClosed(text) };
}

function hintFor(control: Control | null, can: Abilities, kind: DraftKind): string | null {
  if (kind === "note") return null;
  if (can.replyTakesOver) return words("composer.takeover");
  if (can.reply) return null;
  if (control?.status === "closed") return words("composer.closed");
  return control?.owner ? words("composer.other", { name: control.ownerName ?? words("author.agent") }) : null;
}

function Hint({ text, hint }: { text: string; hint: string | null }) {
  const offline = useStore((state) => state.link !== "live");
  if (offline)
    return (
      <span className={css.offline}>
        <Icon name="alert" size={13} /> {words("composer.offline")}
      </span>
    );
  if (text.length > TELL_LEFT_FROM) return <span>{words("composer.left", { count: MAX_TEXT - text.length })}</span>;
  return <span>{hint ?? (text ? words("composer.draft") : "")}</span>;
}

export function Composer({ conversation, control, can, kind, onKind }: Props) {
  const [draft] = usePreference<string>(draftKey(conversation, "reply"), "");
  const mayShowReply = can.reply || draft !== ""; // a draft stays in sight when control has changed
  const shown: DraftKind = mayShowReply ? kind : "note";
  const allowed = shown === "note" || can.reply;
  const { text, write, send: sendText } = useDraft(conversation, shown);
  const templates = useTemplates(text, shown);
  const site = useStore((state) => state.threads[conversation]?.site ?? "");
  const send = (): void => {
    if (allowed) sendText();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isComposing(event.nativeEvent) && templates.keys.current?.(event)) return event.preventDefault();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    send();
  };
  return (
    <section className={css.composer} data-kind={shown}>
      <div className={css.composerTop}>
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={(value) => onKind(value)}
          aria-label={words("composer.mode")}
          data={[
            { value: "reply", label: words("composer.reply"), disabled: !mayShowReply },
            { value: "note", label: words("composer.note") },
          ]}
        />
        <span className={css.hint}>
          <Hint text={text} hint={hintFor(control, can, allowed && can.reply ? shown : "reply")} />
        </span>
      </div>
      {templates.search !== null && (
        <Suspense fallback={null}>
          <TemplateMenu
            id={MENU_ID}
            search={templates.search}
            site={site}
            keys={templates.keys}
            onActive={templates.setActive}
            onPick={write}
            onClose={templates.close}
          />
        </Suspense>
      )}
      <Textarea
        id={COMPOSER_ID}
        autosize
        minRows={2}
        maxRows={9}
        value={text}
        onKeyDown={onKeyDown}
        dir="auto"
        aria-label={words(`composer.${shown}.label`)}
        aria-controls={templates.active && MENU_ID}
        aria-activedescendant={templates.active}
        placeholder={words(`composer.${shown}.placeholder`)}
        onChange={(event) => write(event.currentTarget.value)}
        classNames={{ input: css.input }}
      />
      <div className={css.composerFoot}>
        <span className={`${css.hint} key-hint`}>
          <kbd>{words("composer.keys")}</kbd>
        </span>
        <Button
          size="compact-md"
          onClick={send}
          disabled={!allowed || text.trim() === ""}
          leftSection={<Icon name={shown === "note" ? "lock" : "send"} size={14} />}
        >
          {words(shown === "note" ? "composer.saveNote" : "composer.send")}
        </Button>
      </div>
    </section>
  );
}
