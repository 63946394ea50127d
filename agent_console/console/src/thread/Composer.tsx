/** Where replies and notes are written. Drafts are kept per conversation and kind, on every key. */
import { isComposing, MAX_TEXT } from "@escalation/protocol";
import { Button, SegmentedControl, Textarea } from "@mantine/core";
import { Suspense, useRef, useState, type KeyboardEvent } from "react";
import { words } from "../locale/words";
import { focusById } from "../components/focus";
import { COMPOSER_ID } from "../components/names";
import { Icon } from "../components/Icon";
import type { OptionsField, TakeKey } from "../components/Options";
import { lazily } from "../components/lazily";
import type { Abilities, Control } from "../store/control";
import { draftKey, usePreference, type DraftKind } from "../store/preferences";
import { store, useStore } from "../store/store";
import { searchIn } from "../templates/fill";
import { sendMessage, tellTyping } from "../wire/commands";
import css from "./composer.module.css";
import { calledIn, withMention } from "./mentions";

const Drafts = lazily(() => import("./Drafts").then((file) => file.Drafts));
const MentionMenu = lazily(() => import("./MentionMenu").then((file) => file.MentionMenu));
const TemplateMenu = lazily(() => import("../templates/TemplateMenu").then((file) => file.TemplateMenu));
const Suggestions = lazily(() => import("../assistance/Suggestions").then((file) => file.Suggestions));
const ChosenQuote = lazily(() => import("./Quote").then((file) => file.ChosenQuote));
const Whispers = lazily(() => import("../assistance/Whispers").then((file) => file.Whispers));
const AttachButton = lazily(() => import("./AttachButton").then((file) => file.AttachButton));
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

/** The menu of templates while a reply begins with a slash, that of colleagues behind an `@` of a note; Escape closes. */
function useMenu(text: string, kind: DraftKind) {
  const keys = useRef<TakeKey | null>(null);
  const [active, setActive] = useState<string>();
  const [closed, setClosed] = useState<string | null>(null);
  const [caret, setCaret] = useState(0);
  const found = kind === "reply" ? searchIn(text) : calledIn(text.slice(0, caret));
  const search = closed === text ? null : found;
  const field: OptionsField = { id: MENU_ID, keys, onActive: setActive, onClose: () => setClosed(text) };
  return { field, keys, active, caret, setCaret, search };
}

function hintFor(control: Control | null, can: Abilities, kind: DraftKind): string | null {
  if (kind === "note") return null;
  if (can.replyTakesOver) return words("composer.takeover");
  if (can.reply) return null;
  if (control?.status === "closed") return words("composer.closed");
  return control?.owner ? words("composer.other", { name: control.ownerName ?? words("author.agent") }) : null;
}

/** Whether a colleague writes in this conversation now. */
function isAnswering(conversation: string): boolean {
  const hint = store.get().typing[conversation];
  return hint?.who === "agent" && hint.until > Date.now();
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
  const menu = useMenu(text, shown);
  const site = useStore((state) => state.threads[conversation]?.site ?? "");
  const mention = (name: string): void => {
    const next = withMention(text, menu.caret, name);
    write(next.text);
    menu.setCaret(next.caret);
    focusById(COMPOSER_ID);
  };
  const insert = (found: string): void => {
    write(found);
    focusById(COMPOSER_ID);
  };
  const [crossing, setCrossing] = useState(false);
  /** A colleague writes too: the first press says so, the second one sends. */
  const send = (): void => {
    if (!allowed || text.trim() === "") return;
    const warn = shown === "reply" && !crossing && isAnswering(conversation);
    setCrossing(warn);
    if (!warn) sendText();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isComposing(event.nativeEvent) && menu.keys.current?.(event)) return event.preventDefault();
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
          <Hint
            text={text}
            hint={crossing ? words("composer.crossing") : hintFor(control, can, allowed && can.reply ? shown : "reply")}
          />
        </span>
      </div>
      <Suspense fallback={null}>
        <Drafts key={conversation} conversation={conversation} epoch={control?.epoch ?? 0} />
      </Suspense>
      {control?.owner && (
        <Suspense fallback={null}>
          <Whispers conversation={conversation} owner={control.owner} />
        </Suspense>
      )}
      {shown === "reply" && can.reply && (
        <Suspense fallback={null}>
          <Suggestions conversation={conversation} onInsert={insert} />
        </Suspense>
      )}
      {shown === "reply" && (
        <Suspense fallback={null}>
          <ChosenQuote conversation={conversation} />
        </Suspense>
      )}
      {menu.search !== null && (
        <Suspense fallback={null}>
          {shown === "note" ? (
            <MentionMenu {...menu.field} search={menu.search} onPick={mention} />
          ) : (
            <TemplateMenu {...menu.field} search={menu.search} {...{ site, conversation }} onPick={write} />
          )}
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
        aria-controls={menu.active && MENU_ID}
        aria-activedescendant={menu.active}
        placeholder={words(`composer.${shown}.placeholder`)}
        onSelect={(event) => menu.setCaret(event.currentTarget.selectionStart)}
        onChange={(event) => {
          write(event.currentTarget.value);
          menu.setCaret(event.currentTarget.selectionStart);
        }}
        classNames={{ input: css.input }}
      />
      <div className={css.composerFoot}>
        <span className={`${css.hint} key-hint`}>
          <kbd>{words("composer.keys")}</kbd>
        </span>
        {shown === "reply" && can.reply && (
          <Suspense fallback={null}>
            <AttachButton key={conversation} conversation={conversation} />
          </Suspense>
        )}
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
