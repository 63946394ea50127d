/** Replies suggested for the conversation, folded away until asked for (S). Inserting fills the composer, no more. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Figure, Meaning } from "../components/Figure";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { useShortcut } from "../keys/shortcuts";
import { listed, moment, words, wordsFor } from "../locale/words";
import type { DraftedBody, SuggestedBody, SuggestionsBody } from "../wire/resources";
import { rest, RestError } from "../wire/rest";
import css from "./assistance.module.css";

const PANEL_ID = "suggested-replies";

type Found = SuggestionsBody | RestError | null;

/** Asked for when it is opened, each time anew: the customer may have written since. */
function useSuggestions(conversation: string) {
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Found>(null);
  const toggle = (): void => {
    setOpen(!open);
    if (open) return;
    setFound(null);
    rest<SuggestionsBody>("POST", `conversations/${encodeURIComponent(conversation)}/suggestions`).then(
      setFound,
      (error: RestError) => setFound(error),
    );
  };
  return { open, found, toggle, close: () => setOpen(false) };
}

function sourceWords(reply: SuggestedBody | undefined): string {
  if (!reply) return "";
  if (reply.kind === "answer") return words("suggestions.answer", { title: reply.title });
  const date = reply.at ? moment(reply.at) : "";
  return words("suggestions.sent", { name: reply.agent || words("author.agent"), date });
}

function Source({ reply }: { reply: SuggestedBody }) {
  if (reply.kind === "answer") return <>{sourceWords(reply)}</>;
  return (
    <>
      {sourceWords(reply)}
      {" · "}
      <Meaning term="similarity">{words("suggestions.similarity")}</Meaning>{" "}
      <Figure term="similarity">{reply.similarity?.toFixed(2)}</Figure>
    </>
  );
}

function Reply({ reply, onInsert }: { reply: SuggestedBody; onInsert: () => void }) {
  return (
    <li className={css.reply}>
      <p className={css.source}>
        <Source reply={reply} />
      </p>
      {reply.asked && (
        <p className={css.asked}>
          {words("suggestions.asked")} <q dir="auto">{reply.asked}</q>
        </p>
      )}
      <p className={css.text} dir="auto">
        {reply.text}
      </p>
      <Button size="compact-xs" variant="default" onClick={onInsert}>
        {words("suggestions.insert")}
      </Button>
    </li>
  );
}

type Insert = (text: string, place: number) => void;

/** What a generator makes of the suggestions, where the operator has named one. */
function Draft({ id, replies, onInsert }: { id: string; replies: readonly SuggestedBody[]; onInsert: Insert }) {
  const [state, setState] = useState<"asked" | DraftedBody | RestError | null>(null);
  const ask = (): void => {
    setState("asked");
    rest<DraftedBody>("POST", `suggestions/${id}/draft`).then(setState, (error: RestError) => setState(error));
  };
  const drafted = state !== null && state !== "asked" && !(state instanceof RestError) ? state : null;
  return (
    <div className={css.draft}>
      {state instanceof RestError && <Problem>{wordsFor("refusal", state.code, state.message)}</Problem>}
      {drafted ? (
        <div className={css.reply}>
          <p className={css.source}>
            {words("suggestions.drafted", {
              sources: listed(drafted.cited.map((place) => sourceWords(replies[place]))),
            })}
          </p>
          <p className={css.text} dir="auto">
            {drafted.text}
          </p>
          <Button size="compact-xs" variant="default" onClick={() => onInsert(drafted.text, drafted.place)}>
            {words("suggestions.insert")}
          </Button>
        </div>
      ) : (
        <Button size="compact-xs" variant="default" loading={state === "asked"} onClick={ask}>
          {words("suggestions.draft")}
        </Button>
      )}
    </div>
  );
}

function Shown({ found, onInsert }: { found: Found; onInsert: Insert }) {
  if (found === null) return <p className={css.quiet}>{words("suggestions.loading")}</p>;
  if (found instanceof RestError) return <Problem>{wordsFor("refusal", found.code, found.message)}</Problem>;
  if (found.hidden) return <p className={css.quiet}>{words("suggestions.hidden")}</p>;
  if (found.replies.length === 0) return <p className={css.quiet}>{words("suggestions.none")}</p>;
  return (
    <>
      <ul className={css.replies}>
        {found.replies.map((reply, place) => (
          <Reply key={`${reply.kind} ${reply.source}`} reply={reply} onInsert={() => onInsert(reply.text, place)} />
        ))}
      </ul>
      {found.drafts && found.id && <Draft id={found.id} replies={found.replies} onInsert={onInsert} />}
    </>
  );
}

export function Suggestions({ conversation, onInsert }: { conversation: string; onInsert: (text: string) => void }) {
  const { open, found, toggle, close } = useSuggestions(conversation);
  useShortcut("s", toggle);
  const insert = (text: string, place: number): void => {
    onInsert(text);
    close();
    if (found === null || found instanceof RestError || !found.id) return;
    // Only a figure is lost where this fails.
    rest("PUT", `suggestions/${found.id}/inserted`, { place }).catch(() => undefined);
  };
  return (
    <div className={css.box}>
      <button type="button" className={css.toggle} aria-expanded={open} aria-controls={PANEL_ID} onClick={toggle}>
        <Icon name={open ? "up" : "down"} size={12} /> {words("suggestions.title")} <kbd>S</kbd>
      </button>
      {open && (
        <div id={PANEL_ID} className={css.panel} aria-live="polite">
          <Shown found={found} onInsert={insert} />
        </div>
      )}
    </div>
  );
}
