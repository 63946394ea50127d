/** Who is signed in. Kept apart from the store: it outlives connections. */
import { useSyncExternalStore } from "react";
import { useStore } from "../store/store";
import { startLive, stopLive } from "./live";
import { RestError, rest, setCsrf } from "./rest";
import type { SessionBody } from "./resources";

export type Session =
  { phase: "unknown" } | { phase: "out"; reason: "none" | "ended" } | { phase: "in"; body: SessionBody };

let session: Session = { phase: "unknown" };
const listeners = new Set<() => void>();

function enter(next: Session): void {
  session = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

/** Only below the sign-in gate. */
export function useSignedIn(): SessionBody {
  const current = useSession();
  if (current.phase !== "in") throw new Error("nobody is signed in");
  return current.body;
}

/** Whether automatic answers were stopped because too many were wrong. */
export function useStopped(): boolean {
  const { stopped } = useSignedIn().service;
  return useStore((state) => state.stopped) ?? stopped;
}

/** The name of a site as the settings say it; its id where they have dropped it. */
export function useSiteName(): (site: string) => string {
  const { sites } = useSignedIn();
  return (site) => sites[site] ?? site;
}

function signedIn(body: SessionBody): void {
  setCsrf(body.csrf);
  enter({ phase: "in", body });
  if (body.second_factor_missing) location.hash = "#/account";
  else startLive(body.me.id, sessionEnded);
}

function sessionEnded(): void {
  stopLive();
  enter({ phase: "out", reason: "ended" });
}

/** At page load: the cookie may still be good. */
export async function resumeSession(): Promise<void> {
  try {
    signedIn(await rest<SessionBody>("GET", "session"));
  } catch (error) {
    if (error instanceof RestError && error.status !== 401 && session.phase === "unknown") {
      setTimeout(() => void resumeSession(), 2_000);
      return;
    }
    enter({ phase: "out", reason: "none" });
  }
}

/** @throws RestError `bad_credentials`, `second_factor_required`, `too_many_attempts`, `unreachable`, and others */
export async function signIn(who: object): Promise<void> {
  signedIn(await rest<SessionBody>("POST", "session", who));
}

export async function signOut(): Promise<void> {
  await rest("DELETE", "session").catch(() => undefined);
  stopLive();
  enter({ phase: "out", reason: "none" });
}

/** The mode and model that answer can change while the page is open. */
export async function refreshService(): Promise<void> {
  if (session.phase !== "in") return;
  const body = await rest<SessionBody>("GET", "session").catch(() => null);
  if (!body || session.phase !== "in") return;
  setCsrf(body.csrf);
  enter({ phase: "in", body });
}
