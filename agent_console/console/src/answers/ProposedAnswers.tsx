/** What is proposed as the answer of an intent, to approve, edit or decline; and a key to write or approve one. */
import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { words, wordsFor } from "../locale/words";
import { Problem } from "../components/Problem";
import { useShortcut } from "../keys/shortcuts";
import { useAction } from "../components/useAction";
import type { ProposalBody } from "../wire/resources";
import { rest } from "../wire/rest";
import { AnswerEditor } from "./AnswerEditor";
import css from "./answers.module.css";
import { firstPlace, type Locales } from "./places";
import { Proposal } from "./Proposal";
import { useMayApprove, useProposals, type ProposalState } from "./useAnswers";

interface Props {
  intent: string;
  /** The locale of the default answer. */
  own: string;
  /** The locales that have an approved answer, which an approval may replace. */
  answered: readonly string[];
  /** The locales an answer written here may be in, by button and by the key A; a page with its own editor has none. */
  writtenFor?: readonly string[];
  /** Whether it is a page with a heading of its own, where those decided about are shown as well. */
  page?: boolean;
  /** What to say where nothing is proposed. */
  empty?: string;
}

/** What is being written: in place of a proposal, or (null) from nothing. */
interface Draft {
  id: string | null;
  text: string;
  locales: Locales;
  place: string;
}

const STATES: readonly ProposalState[] = ["proposed", "approved", "declined"];
const pathOf = (id: string, verb: string): string => `proposals/${encodeURIComponent(id)}/${verb}`;

function useDecisions(intent: string, state: ProposalState) {
  const resource = useProposals(intent, state);
  const action = useAction(resource.reload);
  const [draft, setDraft] = useState<Draft | null>(null);
  const approve = async (id: string | null, text: string | null, locales: string[]): Promise<void> => {
    const done = await action.run(() =>
      id === null
        ? rest("POST", "answers", { intent, text, locales })
        : rest("POST", pathOf(id, "approve"), { text, locales }),
    );
    if (done) setDraft(null);
  };
  const decline = (id: string): void => void action.run(() => rest("POST", pathOf(id, "decline")));
  const restore = (id: string): void => void action.run(() => rest("POST", pathOf(id, "restore")));
  return { resource, action, draft, setDraft, approve, decline, restore };
}

function States({ state, onState }: { state: ProposalState; onState: (state: ProposalState) => void }) {
  return (
    <SegmentedControl
      size="xs"
      className={css.states ?? ""}
      aria-label={words("proposed.states")}
      value={state}
      data={STATES.map((value) => ({ value, label: words(`proposed.state.${value}`) }))}
      onChange={onState}
    />
  );
}

function emptyWords(state: ProposalState, empty: string): string {
  return state === "proposed" ? empty : words(`proposed.none.${state}`);
}

export function ProposedAnswers({ intent, own, answered, writtenFor, page = false, empty = "" }: Props) {
  const [state, setState] = useState<ProposalState>("proposed");
  const { resource, action, draft, setDraft, approve, decline, restore } = useDecisions(intent, state);
  const mayApprove = useMayApprove();
  const proposals = resource.value?.proposals ?? [];
  const edit = (one: ProposalBody, place?: string): void => {
    const locales = { reply: one.reply_locales, own };
    setDraft({ id: one.id, text: one.text, locales, place: place ?? firstPlace(locales) });
  };
  const write = (): void => {
    const locales = { reply: writtenFor ?? [], own };
    if (proposals[0]) edit(proposals[0]);
    else setDraft({ id: null, text: "", locales, place: firstPlace(locales) });
  };
  const writing = writtenFor !== undefined && mayApprove && draft === null;
  useShortcut("a", write, writing);
  if (resource.error) {
    const { code, message } = resource.error;
    return <Problem>{words("proposed.failed", { message: wordsFor("refusal", code, message) })}</Problem>;
  }
  const nothing = emptyWords(state, empty);
  return (
    <div className={css.proposals} role="group" aria-label={words("proposed.title")}>
      {page && <States state={state} onState={setState} />}
      {!page && proposals.length > 0 && <p className={css.title}>{words("proposed.title")}</p>}
      {resource.value?.proposals.length === 0 && nothing && <p className={css.hint}>{nothing}</p>}
      <ul className={css.list}>
        {proposals.map((one) => (
          <Proposal
            key={one.id}
            proposal={one}
            own={own}
            answered={answered}
            mayApprove={mayApprove && draft === null}
            busy={action.busy}
            onApprove={(locales) => void approve(one.id, null, locales)}
            onEdit={(place) => edit(one, place)}
            onDecline={() => decline(one.id)}
            onRestore={() => restore(one.id)}
          />
        ))}
      </ul>
      {state === "proposed" && proposals.length > 0 && !mayApprove && (
        <p className={css.hint}>{words("proposed.waits")}</p>
      )}
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      {draft && (
        <AnswerEditor
          key={draft.id ?? ""}
          {...draft}
          answered={answered}
          busy={action.busy}
          onApprove={(text, locales) => void approve(draft.id, text, locales)}
          onCancel={() => setDraft(null)}
        />
      )}
      {writing && (
        <Button size="compact-sm" variant="default" className={css.write ?? ""} onClick={write}>
          {words(proposals.length > 0 ? "proposed.editFirst" : "proposed.write")} <kbd>A</kbd>
        </Button>
      )}
    </div>
  );
}
