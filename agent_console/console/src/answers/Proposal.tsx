/** One proposed answer: its words, who proposed them, and what may be done with it. */
import { Button } from "@mantine/core";
import { useId } from "react";
import { moment, words } from "../locale/words";
import type { ProposalBody } from "../wire/resources";
import css from "./answers.module.css";

interface Props {
  proposal: ProposalBody;
  busy: boolean;
  onApprove: () => void;
  onEdit: () => void;
  onDecline: () => void;
}

function origin({ times, proposed_by: name, at }: ProposalBody): string {
  const params = { name, at: moment(at), count: times };
  return words(times === 1 ? "proposed.by" : "proposed.by.several", params);
}

export function Proposal({ proposal, mayApprove, ...act }: Props & { mayApprove: boolean }) {
  const text = useId();
  return (
    <li className={css.proposal}>
      <blockquote id={text} className={css.text} dir="auto">
        {proposal.text}
      </blockquote>
      <p className={css.origin}>{origin(proposal)}</p>
      {mayApprove && (
        <div className={css.actions}>
          <Button size="compact-sm" loading={act.busy} aria-describedby={text} onClick={act.onApprove}>
            {words("proposed.approve")}
          </Button>
          <Button size="compact-sm" variant="default" aria-describedby={text} onClick={act.onEdit}>
            {words("proposed.edit")}
          </Button>
          <Button size="compact-sm" variant="default" aria-describedby={text} onClick={act.onDecline}>
            {words("proposed.decline")}
          </Button>
        </div>
      )}
    </li>
  );
}
