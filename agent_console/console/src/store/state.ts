/** What the console knows: one normalised value, changed only by `apply` and the functions in `requests.ts`. */
import type { Note, OwnRequests, PendingMessage, Refusal, Reply, Thread } from "@escalation/protocol";
import type { AgentView, ModelPublished, Person, RowView, RunChanged } from "../wire/frames";

/** `limited`: too much came from here, and the server lets nobody in before `backBy`. */
export type Link = "connecting" | "live" | "reconnecting" | "limited" | "ended";

export type { Refusal };

export type OwnMessage = Reply | Note;

/** An own message the thread does not show yet, or the server has refused. */
export type Pending = PendingMessage<OwnMessage>;

export const hasFiles = ({ request }: Pending): boolean =>
  request.type === "reply" && Boolean(request.attachments?.length);

/** The newest resolution made on this page; it can be undone for ten seconds after `doneAt`. */
export interface OwnResolution {
  ref: string;
  conversation: string;
  /** What it was resolved as, in words. */
  title: string;
  /** Go on to the next conversation once it is stored. */
  next: boolean;
  /** Milliseconds since 1970 by this browser; null until the server accepted it. */
  doneAt: number | null;
}

export interface TypingHint {
  who: "customer" | "agent";
  name: string | null;
  /** Milliseconds since 1970 after which the hint is void. */
  until: number;
}

export interface State extends OwnRequests<OwnMessage> {
  link: Link;
  /** When a `limited` connection is back at the latest; null otherwise. */
  backBy: string | null;
  me: Person | null;
  /** Server clock minus browser clock, in milliseconds. */
  skew: number;
  rows: Record<string, RowView>;
  agents: Record<string, AgentView>;
  readMarks: Record<string, number>;
  /** By conversation, the place of the newest note that mentions this person. */
  mentions: Record<string, number>;
  /** By conversation, the number of the newest whisper to this person that they have not seen; 0 once they have. */
  whispers: Record<string, number>;
  deskLoaded: boolean;
  deskArriving: {
    rows: Record<string, RowView>;
    agents: Record<string, AgentView>;
    readMarks: Record<string, number>;
    mentions: Record<string, number>;
    whispers: Record<string, number>;
  } | null;
  /** Own conversations whose snooze has ended by itself and that have not been looked at since. */
  woken: readonly string[];
  /** Those this tab asked something of and that are not one's own yet. */
  asked: readonly string[];
  threads: Record<string, Thread>;
  resolution: OwnResolution | null;
  /** The last refusal by conversation; `""` for those of no conversation. `ref` is that of the refused command. */
  refusals: Record<string, Refusal & { command: string; ref?: string }>;
  typing: Record<string, TypingHint>;
  /** By conversation that is open here, the colleagues who have it open too. */
  viewers: Record<string, readonly { readonly id: string; readonly name: string }[]>;
  /** By conversation, the last place that the customer's open page has drawn. */
  readByCustomer: Record<string, number>;
  runs: Record<string, RunChanged>;
  published: ModelPublished | null;
  /** Whether automatic answers are stopped, by the newest frame of this page; null: none came, the session knows. */
  stopped: boolean | null;
  /** Counts changes told on the `models`, `catalogue` and `proposals` streams; readers of REST reload when they rise. */
  modelsChanged: number;
  catalogueChanged: number;
  /** How often this person was told of whispers. */
  whispered: number;
  proposalsChanged: number;
  /** The same for the `contacts` stream. */
  contactsChanged: number;
}

export const emptyState: State = {
  link: "connecting",
  backBy: null,
  me: null,
  skew: 0,
  rows: {},
  agents: {},
  readMarks: {},
  mentions: {},
  whispers: {},
  deskLoaded: false,
  deskArriving: null,
  woken: [],
  asked: [],
  threads: {},
  pending: [],
  commands: [],
  resolution: null,
  refusals: {},
  typing: {},
  viewers: {},
  readByCustomer: {},
  runs: {},
  published: null,
  stopped: null,
  modelsChanged: 0,
  catalogueChanged: 0,
  whispered: 0,
  proposalsChanged: 0,
  contactsChanged: 0,
};
