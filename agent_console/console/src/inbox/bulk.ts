/** One command for each of several conversations, one after the other, and what became of each. */
import { store } from "../store/store";
import { words, wordsFor } from "../locale/words";
import { commandWith, forgetResolution, resolve } from "../wire/commands";
import type { RowView } from "../wire/frames";

export type Action =
  | { type: "assign"; agent: string }
  | { type: "transfer"; queue: string }
  | { type: "snooze"; until: string }
  | { type: "close" };

export interface Result {
  row: RowView;
  /** Null: done. */
  refusal: string | null;
}

function send(row: RowView, action: Action): void {
  const { conversation, seq } = row;
  switch (action.type) {
    case "assign":
      return void commandWith("assign", conversation, { agent: action.agent });
    case "transfer":
      return void commandWith("transfer", conversation, { queue: action.queue });
    case "snooze":
      return void commandWith("snooze", conversation, { until: action.until });
    case "close": {
      const nothing = {
        label: null,
        new_intent: false,
        answer_message_id: null,
        answer_text: null,
        decide_ms: null,
        parts: [],
      };
      return resolve(conversation, { ...nothing, outcome: "abandoned", learn: false, last_seen_seq: seq }, "", false);
    }
  }
}

/** Resolves when no command of this conversation is on its way. */
function settled(conversation: string): Promise<void> {
  const waits = (): boolean => store.get().commands.some((one) => one.conversation === conversation);
  return new Promise((done) => {
    const stop = store.subscribe(() => look());
    const look = (): void => {
      if (waits()) return;
      stop();
      done();
    };
    look();
  });
}

export async function carryOut(
  rows: readonly RowView[],
  action: Action,
  onResult: (result: Result) => void,
): Promise<void> {
  for (const row of rows) {
    send(row, action);
    await settled(row.conversation);
    if (action.type === "close") forgetResolution();
    const refusal = store.get().refusals[row.conversation] ?? null;
    onResult({ row, refusal: refusal && wordsFor("refusal", refusal.code, refusal.message || words("refusal.title")) });
  }
}
