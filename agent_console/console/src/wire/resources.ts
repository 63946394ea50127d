/** What REST answers with, as far as the console uses it. */
import type { Role, RowView, RunChanged } from "./frames";

export interface Service {
  mode: string;
  model: string | null;
  threshold: number | null;
  alpha: number | null;
  answering: boolean;
}

export interface SessionBody {
  me: { id: string; name: string; role: Exclude<Role, "customer">; email: string; capacity: number };
  csrf: string;
  service: Service;
}

export interface IntentBody {
  name: string;
  title: string;
  description: string;
  policy: "automatic" | "always_handoff" | "smalltalk";
  answer: string | null;
  examples: number;
}

export interface CatalogueBody {
  locale: string;
  intents: IntentBody[];
}

export interface ExampleBody {
  id: string;
  at: string;
  text: string;
  label: string | null;
  source: string;
  split: string;
  excluded: boolean;
  conversation: string | null;
  by: string | null;
}

export interface ExamplesBody {
  examples: ExampleBody[];
  next: string | null;
}

export interface ModelBody {
  name: string;
  kind: "version" | "revision";
  state: "champion" | "live" | "archived" | "refused" | "candidate";
  created_at: string;
  mode: string;
  examples: number;
  intents: number;
  threshold: number | null;
  accuracy: number | null;
  coverage: number | null;
  risk: number | null;
  novelty_auroc: number | null;
  parent: string | null;
  reasons: readonly string[];
  /** Where the figures come from: the gate set, or out of fold where the gate has too few labels. */
  grounds?: string | null;
}

export interface ModelsBody {
  mode: string;
  /** True after a roll back: resolutions are collected, but nothing is learnt from them until somebody goes on. */
  pinned: boolean;
  champion: string | null;
  live: string | null;
  alpha: number | null;
  models: ModelBody[];
}

export interface RunBody {
  id: string;
  state: RunChanged["state"];
  progress: number;
  stage: string;
  eta_seconds: number | null;
  detail: string;
  mode: "auto" | "head" | "full";
  created_at: string;
  finished_at: string | null;
  model: string | null;
  reasons: readonly string[];
}

export interface RunsBody {
  runs: RunBody[];
}

export interface HistoryBody {
  conversations: RowView[];
}

/** How much each word of a turn speaks for the decision's first guess; offsets count code points of `text`. */
export interface WordsBody {
  decision: string;
  model: string;
  label: string;
  text: string;
  words: { start: number; end: number; weight: number }[];
}
