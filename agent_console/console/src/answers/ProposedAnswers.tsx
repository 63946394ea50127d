/** What is proposed as the answer of an intent, to approve, edit or decline; and a key to write or approve one. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { words, wordsFor } from "../locale/words";
import { Problem } from "../components/Problem";
import { useShortcut } from "../keys/shortcuts";
import { useAction } from "../components/useAction";
import { rest } from "../wire/rest";
import { AnswerEditor } from "./AnswerEditor";
import css from "./answers.module.css";
import { Proposal } from "./Proposal";
import { useMayApprove, useProposals } from "./useAnswers";

interface Props {
  intent: string;
  /** Whether the intent has an approved answer, which an approval would replace. */
  hasAnswer: boolean;
  /** Whether an answer can be written here, by button and by the key A; a page with an editor of its own says no. */
  writing?: boolean;
  /** Whether to say above the list what it is; a page with a heading of its own says no. */
  heading?: boolean;
  /** What to say where nothing is proposed. */
  empty?: string;
}

/** What is being written: in place of a proposal, or (null) from nothing. */
interface Draft {
  id: string | null;
  text: string;
}

const pathOf = (id: string, verb: string): string => `proposals/${encodeURIComponent(id)}/${verb}`;

function useDecisions(intent: string) {
  const resource = useProposals(intent);
  const action = useAction(resource.reload);
  const [draft, setDraft] = useState<Draft | null>(null);
  const approve = async (id: string | null, text: string | null): Promise<void> => {
    const sent =
      id === null ? rest("POST", "answers", { intent, text }) : rest("POST", pathOf(id, "approve"), { text });
    if (await action.run(() => sent)) setDraft(null);
  };
  const decline = (id: string): void => void action.run(() => rest("POST", pathOf(id, "decline")));
  return { resource, action, draft, setDraft, approve, decline };
}

export function ProposedAnswers({ intent, hasAnswer, writing = true, heading = true, empty = "" }: Props) {
  const { resource, action, draft, setDraft, approve, decline } = useDecisions(intent);
  const mayApprove = useMayApprove();
  const proposals = resource.value?.proposals ?? [];
  const write = (): void => setDraft({ id: proposals[0]?.id ?? null, text: proposals[0]?.text ?? "" });
  useShortcut("a", write, writing && mayApprove && draft === null);
  if (resource.error) {
    const { code, message } = resource.error;
    return <Problem>{words("proposed.failed", { message: wordsFor("refusal", code, message) })}</Problem>;
  }
  return (
    <div className={css.proposals} role="group" aria-label={words("proposed.title")}>
      {heading && proposals.length > 0 && <p className={css.title}>{words("proposed.title")}</p>}
      {resource.value?.proposals.length === 0 && empty && <p className={css.hint}>{empty}</p>}
      {proposals.length > 0 && hasAnswer && <p className={css.hint}>{words("proposed.replaces")}</p>}
      <ul className={css.list}>
        {proposals.map((one) => (
          <Proposal
            key={one.id}
            proposal={one}
            mayApprove={mayApprove && draft === null}
            busy={action.busy}
            onApprove={() => void approve(one.id, null)}
            onEdit={() => setDraft({ id: one.id, text: one.text })}
            onDecline={() => decline(one.id)}
          />
        ))}
      </ul>
      {proposals.length > 0 && !mayApprove && <p className={css.hint}>{words("proposed.waits")}</p>}
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      {draft && (
        <AnswerEditor
          key={draft.id ?? ""}
          text={draft.text}
          busy={action.busy}
          onApprove={(text) => void approve(draft.id, text)}
          onCancel={() => setDraft(null)}
        />
      )}
      {writing && mayApprove && draft === null && (
        <Button size="compact-sm" variant="default" className={css.write ?? ""} onClick={write}>
          {words(proposals.length > 0 ? "proposed.editFirst" : "proposed.write")} <kbd>A</kbd>
        </Button>
      )}
    </div>
  );
}
