/** Quoting a message: the button on it, what stands above the composer, and what stands above the reply. */
import "../locale/pages";
import { ActionIcon } from "@mantine/core";
import { focusById } from "../components/focus";
import { Icon } from "../components/Icon";
import { COMPOSER_ID } from "../components/names";
import { listed, words } from "../locale/words";
import { quoteKey, usePreference, writeText } from "../store/preferences";
import { useStore } from "../store/store";
import type { Body, MessageView } from "../wire/frames";
import { authorOf } from "./author";
import css from "./quote.module.css";

const MOST_CHARACTERS = 100;

/** The first words of what a message says now; of one that is gone, that it is. */
function wordsOf(body: Body): string {
  if (body.kind === "erased" || body.kind === "deleted") return words(`message.${body.kind}`);
  const files = body.kind === "attachment" ? listed(body.files.map((file) => file.name)) : "";
  const said = "text" in body && body.text !== "" ? body.text : files;
  const shown =
    body.kind === "choice" ? (body.title ?? words("message.choice.none")) : said || words("message.choices");
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
}

function useMessage(conversation: string, id: string): MessageView | null {
  return useStore((state) => state.threads[conversation]?.messages.find((one) => one.id === id) ?? null);
}

interface Where {
  conversation: string;
  id: string;
}

/** On a message: quote it in the reply. Where the conversation is not one's own to answer there is none. */
export function QuoteButton({ conversation, id }: Where) {
  const mine = useStore((state) => state.rows[conversation]?.agent_id === state.me?.id && state.me !== null);
  if (!mine) return null;
  const quote = (): void => {
    writeText(quoteKey(conversation), id);
    focusById(COMPOSER_ID);
  };
  return (
    <ActionIcon
      className={css.button ?? ""}
      size={28}
      variant="default"
      title={words("quote.quote")}
      aria-label={words("quote.quote")}
      onClick={quote}
    >
      <Icon name="quote" />
    </ActionIcon>
  );
}

/** Above the composer: what the reply will quote, and the way to leave it out. */
export function ChosenQuote({ conversation }: { conversation: string }) {
  const [id, choose] = usePreference<string>(quoteKey(conversation), "");
  const message = useMessage(conversation, id);
  if (!message) return null;
  const leaveOut = (): void => {
    choose("");
    focusById(COMPOSER_ID);
  };
  return (
    <div className={css.chosen}>
      <span dir="auto">{wordsOf(message.body)}</span>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={words("quote.leave")} onClick={leaveOut}>
        <Icon name="close" size={14} />
      </ActionIcon>
    </div>
  );
}

/** Above a reply: what it quotes, as that says now; a click goes there. */
export function Quoted({ conversation, id }: Where) {
  const message = useMessage(conversation, id);
  const me = useStore((state) => state.me?.name ?? "");
  if (!message) return null;
  const show = (): void => document.getElementById(`m-${id}`)?.scrollIntoView({ block: "center" });
  return (
    <button type="button" className={css.quoted} onClick={show}>
      <bdi>{authorOf(message, me)}</bdi>: <span dir="auto">{wordsOf(message.body)}</span>
    </button>
  );
}
