/** Running a macro. Where a step is refused, the thread says which one and why; what was done before it stays. */
import { newClientId } from "@escalation/protocol";
import { words, wordsFor } from "../locale/words";
import { controlOf } from "../store/control";
import { store } from "../store/store";
import type { MacroBody, MacroRunBody } from "../wire/resources";
import { rest, RestError } from "../wire/rest";
import { stepWords } from "./macro";

function refuse(conversation: string, message: string): void {
  const refusal = { code: "macro_stopped", message, command: "macro" };
  store.update((state) => ({ ...state, refusals: { ...state.refusals, [conversation]: refusal } }));
}

function stopped(macro: MacroBody, run: MacroRunBody): string {
  const step = macro.steps[run.done];
  return words("macros.stopped", {
    name: macro.name,
    number: run.done + 1,
    count: run.steps,
    step: step ? stepWords(step) : "",
    why: wordsFor("refusal", run.code ?? "", run.message ?? ""),
  });
}

export async function runMacro(macro: MacroBody, conversation: string): Promise<void> {
  const state = store.get();
  const body = {
    run_id: newClientId(),
    conversation,
    epoch: controlOf(state, conversation)?.epoch ?? 0,
    last_seen_seq: state.threads[conversation]?.head ?? 0,
  };
  try {
    const run = await rest<MacroRunBody>("POST", `macros/${macro.id}/runs`, body);
    if (run.code) refuse(conversation, stopped(macro, run));
  } catch (error) {
    if (error instanceof RestError) refuse(conversation, wordsFor("refusal", error.code, error.message));
  }
}
