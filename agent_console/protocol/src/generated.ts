// Generated from escalation/protocol/frames by `python -m escalation.protocol.generate`. Do not edit.

export const PROTOCOL_VERSION = 1;

/** Longest text of one message, in characters. */
export const MAX_TEXT = 4000;

/** Below 4500: reconnect and resume. From 4500 on: do not. */
export const CloseCode = {
  /** This server is shutting down; another one, or this one again, will be there in a moment. */
  DRAINING: 4000,
  /** One send took more than 30 s; the log keeps what was missed. */
  TOO_SLOW: 4001,
  /** No answer to a heartbeat within 10 s. */
  NO_HEARTBEAT: 4002,
  /** The server lost what it knew of this connection; say hello again. */
  STATE_LOST: 4003,
  /** Too many sockets have yet to say hello; the oldest of them gave its place to a new one. */
  CROWDED: 4004,
  /** The token or ticket is unknown, used or expired; get a new one (console: sign in). */
  BAD_TOKEN: 4500,
  /** A frame was not what the protocol allows; the client has a defect. */
  BAD_FRAME: 4501,
  /** Another protocol version is spoken here; save drafts and load the page again, once. */
  VERSION: 4502,
  /** Too many connections or frames from this address or person; the reason ends with when to come back. */
  LIMIT: 4503,
  /** This customer was erased; forget everything stored about them. */
  ERASED: 4504,
  /** The first frame did not come within 5 s, or was not `hello`. */
  NO_HELLO: 4505,
  /** Signed out, or the account or its role changed; sign in again. */
  SESSION_ENDED: 4506,
  /** This customer was away for longer than their token lasts; be a new one, and say so. */
  TOKEN_EXPIRED: 4507,
} as const;

/** Codes of notices: every locale file has a phrase for each. */
export const NOTICE_CODES = [
  "ask_what",
  "handed_off",
  "nobody_online",
  "too_busy",
  "closed_now",
  "somebody_online",
  "agent_joined",
  "agent_left",
  "handed_back",
  "handoff_cancelled",
  "on_hold",
  "off_hold",
  "contact_saved",
  "resolved",
  "closed_after_silence",
  "expired",
  "reopened",
] as const;

export type NoticeCode = (typeof NOTICE_CODES)[number];

/** Take what was proposed to oneself. */
export interface AcceptOffer {
  readonly type: "accept_offer";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** A request was stored. `ref` is its client_message_id or command_id; `seq` the last event it caused. */
export interface Accepted {
  readonly type: "accepted";
  readonly ref: string;
  readonly seq: number | null;
  readonly conversation: string | null;
}

/** One member of staff. */
export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly role: "agent" | "auditor" | "supervisor" | "trainer" | "admin";
  readonly availability: Availability;
  readonly load: number;
  readonly capacity: number;
  /**
   * Why they were set to away: offers ran out, one after the other, or they wrote to none of several customers.
   * `finishing`: they take nothing new, and finish what they have. `break`: they are on a break. Null where they simply
   * chose to be away.
   */
  readonly away_because: "missed_offers" | "no_reply" | "finishing" | "break" | null;
}

/** Automatic answers stopped because too many of them were wrong, or go on. */
export interface AnsweringChanged {
  readonly type: "answering_changed";
  readonly stream: string;
  readonly seq: number;
  readonly stopped: boolean;
}

/** The button "talk to a person". Opens a conversation if there is none. */
export interface AskForHuman {
  readonly type: "ask_for_human";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
}

/** A supervisor gives a waiting conversation to an agent. */
export interface Assign {
  readonly type: "assign";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly agent: string;
}

/** Files that the customer or an agent sent, and what they wrote with them. */
export interface AttachmentBody {
  readonly kind: "attachment";
  readonly text: string;
  readonly files: readonly SentFile[];
}

/** Who wrote a message. */
export type Author = "customer" | "bot" | "agent" | "system";

/** Whether an agent takes conversations; offline when their leases ran out. */
export type Availability = "online" | "away" | "offline";

/** A supervisor writes to the customer beside the agent who has it, and keeps it. The customer reads who joins. */
export interface BargeIn {
  readonly type: "barge_in";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** Give that plan up. */
export interface CancelFollowUp {
  readonly type: "cancel_follow_up";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** The customer no longer wants to wait. */
export interface CancelHandoff {
  readonly type: "cancel_handoff";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
}

/** Take a proposal back: the conversation's owner, or a supervisor. */
export interface CancelOffer {
  readonly type: "cancel_offer";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** Intents changed; read them again from `GET /api/v1/catalogue`. */
export interface CatalogueChanged {
  readonly type: "catalogue_changed";
  readonly stream: string;
  readonly seq: number;
  readonly intents: readonly string[];
}

/** The customer's pick. `intent` is null for "none of these". */
export interface ChoiceBody {
  readonly kind: "choice";
  readonly choices_message_id: string;
  readonly intent: string | null;
  readonly title: string | null;
}

/**
 * A question of the bot: which of these did you mean? The client always adds "none of these".
 *
 * Customers always get one option or more. None: staff see them once they have stored a label, in a blind item.
 */
export interface ChoicesBody {
  readonly kind: "choices";
  readonly options: readonly Option[];
}

/** The customer picked one of the offered intents, or none of them (null). */
export interface Choose {
  readonly type: "choose";
  /** A UUID the client chose; the same id is the same request. */
  readonly client_message_id: string;
  readonly choices_message_id: string;
  readonly intent: string | null;
}

/** Take a waiting conversation. */
export interface Claim {
  readonly type: "claim";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** An address was left, taken, done, put back or erased; read the contacts again over REST. */
export interface ContactChanged {
  readonly type: "contact_changed";
  readonly stream: string;
  readonly seq: number;
  readonly conversation: string;
}

/** Control or a flag changed; the view replaces the previous one whole. */
export interface ControlChanged {
  readonly type: "control";
  readonly stream: string;
  readonly seq: number;
  readonly control: ControlView;
}

/** Who has the conversation now. Fields the audience may not see are null. */
export interface ControlView {
  readonly status: Status;
  readonly controller: "bot" | "nobody" | "agent";
  readonly epoch: number;
  readonly agent_id: string | null;
  readonly agent_name: string | null;
  readonly reason: Reason | null;
  readonly queue: string | null;
  readonly waiting_since: string | null;
  readonly deadline: string | null;
  readonly held: boolean;
  readonly snoozed_until: string | null;
  /** Staff only. */
  readonly follow_up: FollowUpView | null;
  readonly outcome: Outcome | null;
  /** Decisions up to this seq are about questions asked before the last reopening or hand-back; staff only. */
  readonly question_after: number;
  readonly can_withdraw_until: string | null;
  /** Whether it is closed and has a resolution, which a supervisor may withdraw. */
  readonly resolved: boolean;
  readonly can_rate: boolean;
  /** Whether `leave_contact` is taken now, and whether an address was left already; customers only. */
  readonly contact: "asked" | "left" | null;
  /** Staff only. */
  readonly tags: readonly string[];
  /** Who writes beside the agent; staff only. */
  readonly joined: readonly JoinedView[];
}

/** On `customer:<id>`: this conversation is the open one now. */
export interface ConversationOpened {
  readonly type: "conversation_opened";
  readonly stream: string;
  readonly seq: number;
  readonly conversation: string;
}

/** You have read a conversation up to `up_to`, on this device or another one; on your stream `staff:<your id>`. */
export interface ConversationRead {
  readonly type: "conversation_read";
  readonly stream: string;
  readonly seq: number;
  readonly conversation: string;
  readonly up_to: number;
}

/** What a customer's connection may send. */
export type CustomerInbound =
  | Hello
  | Follow
  | Unfollow
  | Heartbeat
  | Say
  | Choose
  | AskForHuman
  | CancelHandoff
  | Unhelpful
  | Rate
  | LeaveContact
  | Typing
  | Read;

/** A decision of the bot; staff only. */
export interface DecisionMade {
  readonly type: "decision";
  readonly stream: string;
  readonly seq: number;
  readonly decision: DecisionView;
}

/** What the bot decided and why; staff only. `seq` is its place among the messages. */
export interface DecisionView {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly message_ids: readonly string[];
  readonly action: "answer" | "clarify" | "hand_off";
  readonly reason: Reason | null;
  readonly grounds: "prediction" | "choice" | "words" | "failure" | "capacity";
  readonly label: string | null;
  readonly model: string | null;
  readonly threshold: number | null;
  readonly confidence: number | null;
  readonly novelty: number | null;
  readonly guesses: readonly GuessView[];
  readonly neighbours: readonly NearView[];
  /** ISO 639-1 code of what the customer seems to write in; null where too little tells. */
  readonly language: string | null;
  /**
   * The requests found in the turn, where there are several. `label` is the first one's, `confidence` that all of
   * theirs are right, `novelty` the highest; `guesses` and `neighbours` are of the turn as a whole.
   */
  readonly parts: readonly PartView[];
  /** Whether what the model made of the turn is left out: people label without knowing it, and so judge it. */
  readonly blind: boolean;
}

/** Do not take what was proposed to oneself. */
export interface DeclineOffer {
  readonly type: "decline_offer";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** Take an own message back, under the same conditions as editing it. */
export interface DeleteMessage {
  readonly type: "delete_message";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly message_id: string;
}

/** What is left of a message that its author took back. */
export interface DeletedBody {
  readonly kind: "deleted";
}

/** The snapshot is complete; events after `head` follow. */
export interface DeskEnd {
  readonly type: "desk_end";
  readonly stream: string;
  readonly head: number;
}

/** A page of the desk's snapshot: open conversations, those closed in the last hour, all staff. */
export interface DeskPart {
  readonly type: "desk_part";
  readonly stream: string;
  readonly rows: readonly RowView[];
  readonly agents: readonly AgentView[];
  /** The agent's own read marks for these rows. */
  readonly read_marks: Readonly<Record<string, number>>;
  /** By conversation, the place of the newest note that mentions the agent; unread while it is beyond the mark. */
  readonly mentions: Readonly<Record<string, number>>;
  /** By conversation, the number of the newest whisper to the agent, where they have not seen it. */
  readonly whispers: Readonly<Record<string, number>>;
}

/** The stream is followed no longer, and why. */
export interface Dropped {
  readonly type: "dropped";
  readonly stream: string;
  readonly reason: "forbidden" | "not_found" | "rights_changed" | "erased";
}

/**
 * Replace the text of an own message, for a minute after it was sent and until the resolution.
 *
 * A reply can be edited by who still has the conversation; of a note the epoch does not matter.
 */
export interface EditMessage {
  readonly type: "edit_message";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly message_id: string;
  readonly text: string;
}

/** What is left of a message whose words were erased. */
export interface ErasedBody {
  readonly kind: "erased";
}

/** Ask for a stream from after `position`; without one a snapshot comes first. */
export interface Follow {
  readonly type: "follow";
  readonly stream: string;
  readonly position?: number | null;
}

/** A plan to write to the customer again. */
export interface FollowUpView {
  /** Who planned it. */
  readonly agent_id: string;
  readonly at: string;
}

/** The stream is followed; events after `position` come next (after a snapshot: after its head). */
export interface Following {
  readonly type: "following";
  readonly stream: string;
  readonly position: number;
}

/** One intent the classifier considered. */
export interface GuessView {
  readonly label: string;
  readonly title: string;
  readonly score: number;
}

/** Give the conversation back to the bot. */
export interface HandBack {
  readonly type: "hand_back";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** The answer to the server's heartbeat. */
export interface Heartbeat {
  readonly type: "heartbeat";
}

/** The first frame. Customers send their token, staff a one-use ticket from `POST /api/v1/tickets`. */
export interface Hello {
  readonly type: "hello";
  readonly version: number;
  readonly token?: string | null;
  readonly ticket?: string | null;
  /** Last seq seen of each stream to follow at once. */
  readonly positions?: Readonly<Record<string, number>>;
  /** The log these positions belong to; if it is another one, they are void and snapshots follow. */
  readonly log_epoch?: string | null;
}

/** Ask the customer to wait. */
export interface Hold {
  readonly type: "hold";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** A supervisor who writes to the customer beside the agent who has the conversation. */
export interface JoinedView {
  readonly agent_id: string;
  readonly name: string;
}

/** Write beside the agent no longer. It ends by itself when control changes. */
export interface Leave {
  readonly type: "leave";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** An address, when nobody can come now or nobody came; another one replaces it. */
export interface LeaveContact {
  readonly type: "leave_contact";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly email: string;
  readonly name?: string;
}

/** The agent has seen this conversation up to `seq`. */
export interface MarkRead {
  readonly type: "mark_read";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly seq: number;
  /** The number of the newest whisper in it that they have seen; 0 says nothing of whispers. */
  readonly whispers?: number;
}

/** A note mentions you: it is at `up_to` of the conversation's own stream. On your stream `staff:<your id>`. */
export interface MentionAdded {
  readonly type: "mentioned";
  readonly stream: string;
  readonly seq: number;
  readonly conversation: string;
  readonly up_to: number;
}

/** A new message, note or notice. */
export interface MessageAdded {
  readonly type: "message";
  readonly stream: string;
  readonly seq: number;
  readonly message: MessageView;
}

/** A message that was there says something else now, or nothing any more. */
export interface MessageChanged {
  readonly type: "message_changed";
  readonly stream: string;
  readonly seq: number;
  readonly message_id: string;
  readonly body: TextBody | ChoicesBody | ChoiceBody | AttachmentBody | NoticeBody | ErasedBody | DeletedBody;
  /** Whether its view is `edited` from here on; false where choices were hidden from staff and are shown now. */
  readonly edited: boolean;
}

/** A message as its audience may see it. */
export interface MessageView {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly author: Author;
  /** Shown name of an agent; null for others. */
  readonly author_name: string | null;
  readonly internal: boolean;
  readonly client_message_id: string | null;
  readonly body: TextBody | ChoicesBody | ChoiceBody | AttachmentBody | NoticeBody | ErasedBody | DeletedBody;
  /** Whether its author has edited or deleted it since; see `message_changed`. */
  readonly edited: boolean;
  /** The message of this conversation that a reply quotes: show what that one says now. */
  readonly quotes: string | null;
}

/** All words of this conversation are gone, with its tags and what was planned; clients forget them. */
export interface MessagesErased {
  readonly type: "erased";
  readonly stream: string;
  readonly seq: number;
}

/** Another model serves from now on: a `revision` as live head, an `anchor` as what answers, the others as both. */
export interface ModelPublished {
  readonly type: "model_published";
  readonly kind: "version" | "revision" | "rollback" | "anchor";
  readonly stream: string;
  readonly seq: number;
  readonly at: string;
  readonly name: string;
  readonly examples: number;
}

/** A known example near the customer's words. */
export interface NearView {
  readonly label: string;
  readonly title: string;
  readonly text: string;
  readonly similarity: number;
}

/** An internal note; no customer ever sees it. */
export interface Note {
  readonly type: "note";
  /** A UUID the client chose; the same id is the same request. */
  readonly client_message_id: string;
  readonly conversation: string;
  readonly text: string;
  /** Colleagues whom it calls, by id. One who may not see the conversation is refused. */
  readonly mentions?: readonly string[];
}

/** Something the product says; `code` names a phrase of the locale files, `params` fill it in. */
export interface NoticeBody {
  readonly kind: "notice";
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/**
 * Propose the conversation to one agent, who has a minute to accept, with a note five.
 *
 * Until then its owner keeps it.
 */
export interface Offer {
  readonly type: "offer";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly agent: string;
  /** What the agent should know first; it becomes a note of the conversation. */
  readonly note?: string | null;
}

/** The newest proposal of a conversation to one agent: open while `ended` is null. */
export interface OfferView {
  readonly agent_id: string;
  /** When it runs out. */
  readonly until: string | null;
  readonly ended: "declined" | "timed_out" | "cancelled" | null;
}

/** One choice offered to the customer. */
export interface Option {
  readonly intent: string;
  readonly title: string;
}

/** What the server sends. */
export type Outbound =
  | Welcome
  | Following
  | Dropped
  | Accepted
  | Refused
  | ServerHeartbeat
  | MessageAdded
  | ControlChanged
  | DecisionMade
  | MessagesErased
  | ConversationOpened
  | TypingShown
  | ReadShown
  | ViewersShown
  | QueuePlace
  | ThreadPart
  | ThreadEnd
  | RowsChanged
  | DeskPart
  | DeskEnd
  | ConversationRead
  | Whispered
  | MentionAdded
  | ContactChanged
  | ModelPublished
  | RunChanged
  | AnsweringChanged
  | CatalogueChanged
  | ProposalsChanged
  | MessageChanged;

/** How a closed conversation ended: the glossary says what each word means. */
export type Outcome = "answered" | "resolved" | "abandoned" | "expired" | "silent";

/** One of several requests in the labelled messages, with a label of its own. */
export interface PartLabel {
  /** Where it begins in the messages' text, in code points. Their texts are joined by line feeds. */
  readonly start: number;
  /** The code point behind it. */
  readonly end: number;
  /** An intent of the catalogue; null means out of scope. */
  readonly label: string | null;
  /** True creates `label` as a new intent if the catalogue has none of that name. */
  readonly new_intent?: boolean;
}

/** One of several requests found in a turn, and what the classifier made of it as a message of its own. */
export interface PartView {
  /** Where it begins in the turn's text, in code points. */
  readonly start: number;
  /** The code point behind it. */
  readonly end: number;
  readonly text: string;
  readonly confidence: number;
  readonly novelty: number;
  readonly guesses: readonly GuessView[];
  readonly neighbours: readonly NearView[];
}

/** Who the connection speaks for. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: "customer" | "agent" | "auditor" | "supervisor" | "trainer" | "admin";
}

/** Plan to write to the customer again. One plan a conversation: a newer one replaces it. */
export interface PlanFollowUp {
  readonly type: "plan_follow_up";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly at: string;
  /** An internal note that says what to think of then; null: none. */
  readonly note?: string | null;
}

/** What is proposed as the answer of these intents changed; read it again from `GET /api/v1/proposals`. */
export interface ProposalsChanged {
  readonly type: "proposals_changed";
  readonly stream: string;
  readonly seq: number;
  readonly intents: readonly string[];
}

/**
 * Where a waiting customer is in the queue, and how long it may take; never stored, told anew when it changes.
 *
 * The range holds for about four waits of five. Without `position` nothing can be said (any more), such as when
 * nobody is there. It is over when the conversation waits no longer.
 */
export interface QueuePlace {
  readonly type: "queue_place";
  readonly conversation: string;
  /** 1 is next. */
  readonly position: number | null;
  /** Null, as `high_minutes`: too little is known of this queue to say. */
  readonly low_minutes: number | null;
  readonly high_minutes: number | null;
}

/** Satisfaction with the episode, 1 to 5, and what the customer says of it. Counts once an episode. */
export interface Rate {
  readonly type: "rate";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly score: number;
  readonly comment?: string;
}

/** The customer's page has drawn the conversation up to `seq`, in an open panel of a visible page. */
export interface Read {
  readonly type: "read";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly seq: number;
}

/**
 * How far the other side has read; told after `following` and at most once a second, and it only grows.
 *
 * To staff: what the customer's open page has drawn. To customers: the last of their messages that the agent read who
 * had the conversation then; of nobody else, and not who it was.
 */
export interface ReadShown {
  readonly type: "read";
  readonly conversation: string;
  readonly up_to: number;
}

/** Why the bot handed off. */
export type Reason = "low_confidence" | "novel" | "ambiguous" | "asked_for_human" | "sensitive_intent" | "no_answer" | "unhelpful" | "repeated" | "language" | "classifier_unavailable" | "not_certified" | "mention" | "several_requests" | "follow_up";

/**
 * A request was not carried out; nothing changed.
 *
 * `database_unreachable` means: send the same request, with the same id, again in a moment. It may have been stored.
 */
export interface Refused {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
  readonly ref: string | null;
}

/** Put back into the queue it came from. */
export interface Release {
  readonly type: "release";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** The agent puts everything they have back into its queues, as at the end of their day. */
export interface ReleaseAll {
  readonly type: "release_all";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
}

/** A public message by an agent; in `bot` or `waiting` it is a takeover. */
export interface Reply {
  readonly type: "reply";
  /** A UUID the client chose; the same id is the same request. */
  readonly client_message_id: string;
  readonly conversation: string;
  readonly epoch: number;
  /** Ids of files that the agent has uploaded and not sent yet. */
  readonly attachments?: readonly string[];
  readonly text: string;
  /** A public message of the conversation, neither erased nor deleted, that both sides see above this one. */
  readonly quotes?: string | null;
}

/** End the conversation and say what it was about. */
export interface Resolve {
  readonly type: "resolve";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  /** An intent of the catalogue; null means out of scope. With `parts` it is the label of the first. */
  readonly label: string | null;
  /** True creates `label` as a new intent if the catalogue has none of that name. */
  readonly new_intent?: boolean;
  /** The agent's reply to learn: it is proposed as the answer of this intent. Null: none. */
  readonly answer_message_id?: string | null;
  /** That reply as the agent edited it for learning; null: as it was sent. */
  readonly answer_text?: string | null;
  readonly outcome?: "solved" | "follow_up" | "abandoned";
  readonly learn?: boolean;
  readonly last_seen_seq: number;
  /**
   * Requests labelled apart, in order; each becomes an example of its own, and what is between them none. Empty: all
   * of the messages are one request. Two or more name no reply to learn.
   */
  readonly parts?: readonly PartLabel[];
  /** Milliseconds the agent took to choose the label, as their console measured; null: not measured. */
  readonly decide_ms?: number | null;
  /** Plan to write to the customer again then, as `plan_follow_up` does; null: none. Refused, it plans nothing. */
  readonly follow_up?: string | null;
}

/** One conversation in the console's list. The row with the higher `seq` wins. */
export interface RowView {
  readonly conversation: string;
  /** Head of the conversation's own stream when the row was made. */
  readonly seq: number;
  readonly epoch: number;
  readonly status: Status;
  readonly agent_id: string | null;
  readonly agent_name: string | null;
  readonly customer: string;
  /** As staff, the site's signed identity or an address they left say, at most 60 characters; null: nobody said. */
  readonly customer_name: string | null;
  readonly site: string;
  /** Of the page the customer came from. */
  readonly locale: string;
  /** ISO 639-1 code of what the customer seems to write in; null where too little told it. */
  readonly language: string | null;
  readonly queue: string;
  readonly reason: Reason | null;
  /**
   * Title of the first guess at what is asked now; null for what the bot answered, without a guess, and wherever
   * guesses are hidden.
   */
  readonly intent: string | null;
  readonly waiting_since: string | null;
  readonly deadline: string | null;
  /** By when its agent has to write, else it goes back to the queue; null once they have, and where nothing is set. */
  readonly reply_by: string | null;
  /** Half of that time: from then on the agent is reminded. */
  readonly remind_at: string | null;
  readonly held: boolean;
  readonly snoozed_until: string | null;
  /** When somebody means to write again. */
  readonly follow_up: FollowUpView | null;
  readonly outcome: Outcome | null;
  /** First 140 characters of the last public message. */
  readonly last_text: string;
  readonly last_author: Author | null;
  readonly last_at: string | null;
  /** Unread is this against the agent's own read mark. */
  readonly last_customer_seq: number;
  /** Null once control has changed since. */
  readonly offer: OfferView | null;
  /** Null where nothing is set, everything is done, or the customer has to write. */
  readonly sla: SlaView | null;
}

/** Rows and agents gathered over about 200 ms, those about oneself at once; each replaces the one before. */
export interface RowsChanged {
  readonly type: "desk";
  readonly stream: string;
  readonly seq: number;
  readonly rows: readonly RowView[];
  readonly agents: readonly AgentView[];
  /** Conversations to take off the list: their new queue is none that you see. */
  readonly gone: readonly string[];
}

/** A training run moved on. */
export interface RunChanged {
  readonly type: "run";
  readonly stream: string;
  readonly seq: number;
  readonly run: string;
  readonly state: "queued" | "running" | "succeeded" | "refused" | "failed" | "cancelled";
  /** 0 to 1. */
  readonly progress: number;
  readonly stage: string;
  readonly eta_seconds: number | null;
  readonly detail: string;
}

/** A customer's message. The first one opens a conversation. */
export interface Say {
  readonly type: "say";
  /** A UUID the client chose; the same id is the same request. */
  readonly client_message_id: string;
  /** Ids of files that the sender has uploaded and not sent yet. */
  readonly attachments?: readonly string[];
  readonly text: string;
}

/** A file in a message. Its address is `api/v1/attachments/<id>/<key>`, of an image also `.../thumbnail`. */
export interface SentFile {
  readonly id: string;
  /** Whoever knows it may read the file. */
  readonly key: string;
  readonly name: string;
  readonly media_type: string;
  /** bytes */
  readonly size: number;
  /** Of an image, in pixels, as `height`. */
  readonly width: number | null;
  readonly height: number | null;
}

/** Sent every `heartbeat_seconds`; positions include events hidden from this audience. */
export interface ServerHeartbeat {
  readonly type: "heartbeat";
  readonly positions: Readonly<Record<string, number>>;
}

/** An agent says whether they take conversations. */
export interface SetPresence {
  readonly type: "set_presence";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  /** `finishing`: nothing new any more; away once the last of what they have has ended. */
  readonly availability: "online" | "away" | "finishing";
}

/** Set the tags of a conversation, whoever has it. */
export interface SetTags {
  readonly type: "set_tags";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly tags: readonly string[];
}

/** How long people may take by what the queue sets: the clock of a conversation that is due first. */
export interface SlaView {
  readonly target: "first_response" | "next_response" | "resolution";
  /** From then on it is urgent: four fifths of the time are over. */
  readonly warn_at: string;
  readonly due_at: string;
}

/** Hide until a time or the customer's reply. */
export interface Snooze {
  readonly type: "snooze";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly until: string;
}

/** What a connection of staff may send. */
export type StaffInbound =
  | Hello
  | Follow
  | Unfollow
  | Heartbeat
  | Claim
  | TakeOver
  | BargeIn
  | Leave
  | Assign
  | Offer
  | AcceptOffer
  | DeclineOffer
  | CancelOffer
  | SetTags
  | Hold
  | Unhold
  | Snooze
  | Wake
  | PlanFollowUp
  | CancelFollowUp
  | Transfer
  | Release
  | HandBack
  | Resolve
  | WithdrawResolution
  | Reply
  | Note
  | Typing
  | SetPresence
  | TakeBreak
  | ReleaseAll
  | MarkRead
  | EditMessage
  | DeleteMessage;

/**
 * Where a conversation stands.
 *
 * Holds and snoozes are flags on `assigned`; an offer is the field `offered_to`.
 */
export type Status = "bot" | "waiting" | "assigned" | "closed";

/** The agent asks for a moment without new conversations; it ends by itself. */
export interface TakeBreak {
  readonly type: "take_break";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  /** Ends the present one early instead. */
  readonly over?: boolean;
}

/** Seize a conversation from the bot or the queue; supervisors also from its owner. */
export interface TakeOver {
  readonly type: "take_over";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** Plain text; never markup. */
export interface TextBody {
  readonly kind: "text";
  readonly text: string;
}

/** The snapshot is complete; events after `head` follow. What the client had of this stream before is replaced. */
export interface ThreadEnd {
  readonly type: "thread_end";
  readonly stream: string;
  readonly head: number;
  readonly control: ControlView;
  readonly customer: string;
  readonly site: string;
  readonly locale: string;
}

/** A page of a conversation's snapshot: the newest page comes first, and in each the oldest message. */
export interface ThreadPart {
  readonly type: "thread_part";
  readonly stream: string;
  readonly messages: readonly MessageView[];
  readonly decisions: readonly DecisionView[];
}

/** Pass to a queue, keeping the original queue time. */
export interface Transfer {
  readonly type: "transfer";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
  readonly queue?: string;
}

/** Somebody is writing; never stored, first to be dropped. `conversation` is required from staff. */
export interface Typing {
  readonly type: "typing";
  readonly conversation?: string | null;
}

/** The other side is writing; fades after five seconds. */
export interface TypingShown {
  readonly type: "typing";
  readonly conversation: string;
  readonly who: "customer" | "agent";
  readonly name: string | null;
}

/** Stop following a stream. */
export interface Unfollow {
  readonly type: "unfollow";
  readonly stream: string;
}

/** The answer in this message did not help. */
export interface Unhelpful {
  readonly type: "unhelpful";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly message_id: string;
}

/** Go on. */
export interface Unhold {
  readonly type: "unhold";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** A colleague who has the conversation open. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
}

/**
 * Which other members of staff have this conversation open now, in this process.
 *
 * Never stored; told when it changes.
 */
export interface ViewersShown {
  readonly type: "viewers";
  readonly conversation: string;
  readonly viewers: readonly Viewer[];
}

/** End a snooze. */
export interface Wake {
  readonly type: "wake";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}

/** The connection is open. */
export interface Welcome {
  readonly type: "welcome";
  readonly me: Person;
  readonly connection: string;
  readonly log_epoch: string;
  readonly server_time: string;
  readonly heartbeat_seconds: number;
  /** A customer's newest conversation, if there is one. */
  readonly conversation: string | null;
  /** A customer's new token: keep it in place of the one that was shown. Null: that one stays. */
  readonly token: string | null;
}

/**
 * Somebody whispers to you in a conversation, or you need not look any more; REST has the words. On your stream
 * `staff:<your id>`.
 */
export interface Whispered {
  readonly type: "whispered";
  readonly stream: string;
  readonly seq: number;
  readonly conversation: string;
  /**
   * The number of the whisper, of those in the conversation; 0 once you have seen it, on this device or another one,
   * and once the conversation has left its agent.
   */
  readonly unseen: number;
}

/** Take the newest resolution back. */
export interface WithdrawResolution {
  readonly type: "withdraw_resolution";
  /** A UUID the client chose; the same id is the same request. */
  readonly command_id: string;
  readonly conversation: string;
  readonly epoch: number;
}
