/** What supervisors and the agent who has the conversation tell each other: above the composer, seen by nobody else. */
import "../locale/pages";
import { newClientId } from "@escalation/protocol";
import { Button, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { timeOfDay, words, wordsFor } from "../locale/words";
import { may } from "../store/permissions";
import { store, useStore } from "../store/store";
import { sendNow } from "../wire/live";
import type { WhispersBody } from "../wire/resources";
import { rest, RestError } from "../wire/rest";
import { useResource } from "../wire/useResource";
import css from "./assistance.module.css";

function Say({ path, onSaid }: { path: string; onSaid: () => void }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<RestError | null>(null);
  const say = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === "" || busy) return;
    setBusy(true);
    setProblem(null);
    rest("POST", path, { text: text.trim() })
      .then(() => {
        setText("");
        onSaid();
      })
      .catch((error: RestError) => setProblem(error))
      .finally(() => setBusy(false));
  };
  return (
    <form className={css.say} onSubmit={say}>
      {problem && <Problem>{wordsFor("refusal", problem.code, problem.message)}</Problem>}
      <TextInput
        size="xs"
        dir="auto"
        maxLength={2_000}
        aria-label={words("whispers.say.label")}
        placeholder={words("whispers.say.label")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button size="compact-sm" type="submit" variant="default" loading={busy}>
        {words("whispers.say")}
      </Button>
    </form>
  );
}

/** The whispers up to this number are on the screen: on every device of this person they count as seen. */
function seeWhispers(conversation: string, whispers: number): void {
  store.update((state) => ({ ...state, whispers: { ...state.whispers, [conversation]: 0 } }));
  const seq = store.get().readMarks[conversation] ?? 0;
  sendNow({ type: "mark_read", command_id: newClientId(), conversation, seq, whispers });
}

/** Whether one came that was not on the screen before. It counts as seen once it is there and the page is looked at. */
function useNews(conversation: string): boolean {
  const unseen = useStore((state) => (state.link === "live" && state.whispers[conversation]) || 0);
  const [told, setTold] = useState(false);
  useEffect(() => {
    if (!unseen) return;
    const see = (): void => {
      if (document.visibilityState !== "visible") return;
      setTold(true);
      seeWhispers(conversation, unseen);
    };
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [unseen, conversation]);
  return told;
}

export function Whispers({ conversation, owner }: { conversation: string; owner: string }) {
  const me = useStore((state) => state.me);
  const told = useStore((state) => state.whispered);
  const path = `conversations/${encodeURIComponent(conversation)}/whispers`;
  const { value, reload } = useResource<WhispersBody>(path, told);
  const news = useNews(conversation);
  const supervises = may(me, "supervise") && owner !== me?.id;
  const whispers = value?.whispers ?? [];
  const says = supervises || owner === me?.id;
  const shown = supervises || whispers.length > 0;
  return (
    <>
      <p role="status" className={css.news}>
        {shown && news && words("whispers.new")}
      </p>
      {shown && (
        <section className={css.whispers} aria-label={words("whispers.title")}>
          <p className={css.source}>
            <Icon name="lock" size={12} /> {words("whispers.hint")}
          </p>
          {whispers.length > 0 && (
            <ul className={css.said} aria-live="polite">
              {whispers.map((one) => (
                <li key={one.id}>
                  <strong>
                    <bdi>{one.by === me?.id ? words("author.you") : one.by_name}</bdi>
                  </strong>{" "}
                  <time dateTime={one.at}>{timeOfDay(one.at)}</time> <span dir="auto">{one.text}</span>
                </li>
              ))}
            </ul>
          )}
          {says && <Say path={path} onSaid={reload} />}
        </section>
      )}
    </>
  );
}
