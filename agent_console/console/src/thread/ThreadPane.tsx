/** The middle pane: header, thread, what was refused, and the composer or the resolve step. */
import { Suspense, useEffect, useMemo, useRef } from "react";
import { words, wordsFor } from "../locale/words";
import { focusById } from "../components/focus";
import { lazily } from "../components/lazily";
import { THREAD_ID } from "../components/names";
import { Problem } from "../components/Problem";
import { abilities, controlOf, type Control } from "../store/control";
import { clearRefusal } from "../store/requests";
import type { DraftKind } from "../store/preferences";
import { emptyThread, newestArrived, type Thread } from "@escalation/protocol";
import { store, useStore } from "../store/store";
import { withoutWoken } from "../store/woken";
import { markRead } from "../wire/commands";
import { followThread } from "../wire/live";
import { OwnOffer } from "../actions/OwnOffer";
import { Composer } from "./Composer";
import { Ending } from "./Ending";
import { Log } from "./Log";
import { NewMessages } from "./NewMessages";
import css from "./thread.module.css";
import { ThreadHeader } from "./ThreadHeader";

const Together = lazily(() => import("./Together").then((file) => file.Together));
const ReplyReminder = lazily(() => import("./ReplyReminder").then((file) => file.ReplyReminder));
const ResolvePanel = lazily(() => import("../resolve/ResolvePanel").then((file) => file.ResolvePanel));

interface Props {
  conversation: string;
  resolving: boolean;
  onResolving: (open: boolean) => void;
  kind: DraftKind;
  onKind: (kind: DraftKind) => void;
  /** Whether the right pane lies open over this one, on a narrow screen. */
  grounds: boolean;
  onGrounds: () => void;
}

/** Follow while shown; read up to the newest while the page is really seen. */
function useThread(conversation: string): Thread {
  const thread = useStore((state) => state.threads[conversation] ?? null);
  const link = useStore((state) => state.link);
  useEffect(() => followThread(conversation), [conversation, link]);
  useEffect(() => () => followThread(null), []);
  const head = thread?.loaded ? thread.head : 0;
  const woken = useStore((state) => state.woken.includes(conversation));
  useEffect(() => {
    const mark = (): void => {
      if (document.visibilityState !== "visible") return;
      if (head > 0) markRead(conversation, head);
      store.update((state) => withoutWoken(state, conversation));
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [conversation, head, woken]);
  return thread ?? emptyThread(conversation);
}

/** What of a thread can be drawn: all of it, or the newest messages while the rest arrives. Null before there is any. */
function useDrawn(thread: Thread): Thread | null {
  const first = thread.arriving?.messages[0];
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the first part alone: the others would be drawn for nothing
  const newest = useMemo(() => newestArrived(thread), [thread.conversation, first]);
  return thread.loaded ? thread : newest;
}

const SETTLED_MS = 300;

/** Buttons and rows come and go with control. When one took the focus with it, the thread gets it. */
function useKeepFocus(control: Control | null): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = control === null;
      return;
    }
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) focusById(THREAD_ID);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- of control, only these bring buttons and rows
  }, [control?.epoch, control?.status]);
}

function Refused({ conversation }: { conversation: string }) {
  const refusal = useStore((state) => state.refusals[conversation] ?? state.refusals[""] ?? null);
  if (!refusal) return null;
  const dismiss = (): void => store.update((state) => clearRefusal(clearRefusal(state, conversation), ""));
  return (
    <div className={css.refused}>
      <Problem title={words(refusal.command === "resolve" ? "resolve.refused" : "refusal.title")} onDismiss={dismiss}>
        {wordsFor("refusal", refusal.code, refusal.message)}
      </Problem>
    </div>
  );
}

export function ThreadPane({ conversation, resolving, onResolving, kind, onKind, grounds, onGrounds }: Props) {
  const thread = useThread(conversation);
  const control = useStore((state) => controlOf(state, conversation));
  const me = useStore((state) => state.me);
  const can = abilities(control, me);
  const drawn = useDrawn(thread);
  useKeepFocus(control);
  if (thread.dropped) return <p className={css.empty}>{words(`thread.dropped.${thread.dropped}`)}</p>;
  return (
    <>
      <ThreadHeader
        conversation={conversation}
        control={control}
        can={can}
        grounds={grounds}
        onGrounds={onGrounds}
        onResolve={() => onResolving(true)}
      />
      <Suspense>
        <Together conversation={conversation} control={control} />
      </Suspense>
      <OwnOffer conversation={conversation} mayCancel={can.giveAway} />
      {control?.status === "closed" && <Ending conversation={conversation} />}
      <NewMessages thread={thread} />
      {drawn ? <Log thread={drawn} /> : <p className={css.loading}>{words("thread.loading")}</p>}
      <Refused conversation={conversation} />
      <Suspense>{can.work && <ReplyReminder conversation={conversation} />}</Suspense>
      {resolving && can.work ? (
        <Suspense fallback={<p className={css.empty}>{words("thread.loading")}</p>}>
          <ResolvePanel key={conversation} thread={thread} onClose={() => onResolving(false)} />
        </Suspense>
      ) : (
        <Composer conversation={conversation} control={control} can={can} kind={kind} onKind={onKind} />
      )}
    </>
  );
}
