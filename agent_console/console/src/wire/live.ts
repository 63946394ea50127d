/** The live connection of the signed-in person: frames go into the store, what the store needs is followed. */
import {
  backBy,
  browserStorage,
  Connection,
  newClientId,
  openWebSocket,
  type ConnectionState,
  type StaffInbound,
} from "@escalation/protocol";
import { apply } from "../store/apply";
import { addMessage, withoutOldThreads } from "../store/requests";
import { readText } from "../store/preferences";
import { emptyState, type Link } from "../store/state";
import { store } from "../store/store";
import type { Outbound } from "./frames";
import { RestError, rest, socketUrl } from "./rest";

export type Availability = "online" | "away" | "finishing";
type Ended = (code: number | null) => void;

const VERSION_CODE = 4502;
const RELOADED = "escalations.reloaded";
const STREAMS = ["desk", "models", "catalogue", "proposals", "contacts"] as const;

let connection: Connection<StaffInbound> | null = null;
let followed: string | null = null;
let afterFrame: (frame: Outbound) => void = () => undefined;

/** Called with every frame after it is in the store; for what is not state, such as putting text back into a draft. */
export function onFrameApplied(callback: (frame: Outbound) => void): void {
  afterFrame = callback;
}

async function ticket(): Promise<{ ticket: string } | null> {
  try {
    return await rest<{ ticket: string }>("POST", "tickets");
  } catch (error) {
    if (error instanceof RestError && error.status === 401) return null;
    throw error;
  }
}

export const presenceKey = (agent: string): string => `presence.${agent}`;

export function sendPresence(agent: string): void {
  const stored = readText(presenceKey(agent));
  const availability: Availability = stored === "away" || stored === "finishing" ? stored : "online";
  connection?.send({ type: "set_presence", command_id: newClientId(), availability });
}

function onFrame(frame: Outbound): void {
  store.update((state) => apply(state, frame, Date.now()));
  if (frame.type === "welcome") sendPresence(frame.me.id);
  afterFrame(frame);
}

function linkOf(state: ConnectionState, before: Link): Link {
  switch (state.phase) {
    case "live":
      return "live";
    case "ended":
      return "ended";
    case "offline":
      return state.limited ? "limited" : "reconnecting";
    default:
      return before === "connecting" ? "connecting" : "reconnecting";
  }
}

/** An older page after an upgrade reloads itself once; drafts are in storage already. */
function reloadOnce(): void {
  if (sessionStorage.getItem(RELOADED)) return;
  sessionStorage.setItem(RELOADED, "1");
  window.location.reload();
}

function onState(state: ConnectionState, ended: Ended): void {
  store.update((before) => {
    const link = linkOf(state, before.link);
    return { ...before, link, backBy: link === "limited" && "retryAt" in state ? backBy(state.retryAt) : null };
  });
  if (state.phase === "live") sessionStorage.removeItem(RELOADED);
  if (state.phase !== "ended" || state.code === null) return;
  if (state.code === VERSION_CODE) reloadOnce();
  else ended(state.code);
}

/** Messages a former page could not get accepted are sent again by the connection; show them as pending. */
function restorePending(waiting: readonly StaffInbound[]): void {
  for (const frame of waiting) {
    if (frame.type !== "reply" && frame.type !== "note") continue;
    store.update((state) => addMessage(state, frame));
  }
}

export function startLive(agent: string, ended: Ended): void {
  stopLive();
  connection = new Connection<StaffInbound>({
    url: socketUrl,
    credentials: ticket,
    openSocket: openWebSocket,
    storage: browserStorage(),
    outboxKey: `escalations.outbox.${agent}`,
    onFrame,
    onState: (state) => onState(state, ended),
  });
  window.addEventListener("online", retryLive);
  window.addEventListener("offline", loseNetwork);
  restorePending(connection.outbox.waiting);
  for (const stream of [`staff:${agent}`, ...STREAMS]) connection.follow(stream);
  connection.start();
}

export function stopLive(): void {
  connection?.stop();
  connection = null;
  followed = null;
  store.update(() => emptyState);
}

export function retryLive(): void {
  connection?.retryNow();
}

function loseNetwork(): void {
  connection?.networkLost();
}

/** Follow this conversation's thread and leave the one before; a thread already loaded goes on from its head. */
export function followThread(conversation: string | null): void {
  if (followed === conversation || !connection) return;
  if (followed) connection.unfollow(`conversation:${followed}`);
  followed = conversation;
  store.update((state) => ({ ...withoutOldThreads(state, conversation), viewers: {} }));
  if (!conversation) return;
  const thread = store.get().threads[conversation];
  connection.follow(`conversation:${conversation}`, thread?.loaded ? thread.head : null);
}

type StaffRequest = Extract<StaffInbound, { command_id: string } | { client_message_id: string }>;

export function request(frame: StaffRequest): void {
  connection?.request(frame);
}

export function sendNow(frame: StaffInbound): void {
  connection?.send(frame);
}
