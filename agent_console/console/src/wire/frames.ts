/** The frames the console reads and writes, from the generated protocol; types only. */
export type {
  AgentView,
  Author,
  Availability,
  ControlView,
  DecisionView,
  GuessView,
  MessageView,
  ModelPublished,
  NearView,
  Outbound,
  Outcome,
  PartLabel,
  PartView,
  Person,
  Reason,
  RowView,
  RunChanged,
  StaffInbound,
  Status,
} from "@escalation/protocol";
import type { Person } from "@escalation/protocol";

export type Role = Person["role"];
export type Body = import("@escalation/protocol").MessageView["body"];
