/** One proposed answer: its words, who proposed them and for whom, and what may be done with it. */
import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { Figure } from "../components/Figure";
import { languageName, moment, words } from "../locale/words";
import type { ProposalBody } from "../wire/resources";
import css from "./answers.module.css";
import { PlaceChoice } from "./PlaceChoice";
import { firstPlace, localesOf } from "./places";

interface Props {
  proposal: ProposalBody;
  /** The locale of the default answer. */
  own: string;
  /** The locales that have an approved answer, which an approval may replace. */
  answered: readonly string[];
  mayApprove: boolean;
  busy: boolean;
  onApprove: (locales: string[]) => void;
  onEdit: (place: string) => void;
  onDecline: () => void;
  onRestore: () => void;
}

function Origin({ times, proposed_by: name, at }: ProposalBody) {
  const params = { name, at: moment(at) };
  if (times === 1) return words("proposed.by", params);
  return (
    <>
      <Figure term="times-proposed" linked="apart">
        {words("proposed.times", { count: times })}
      </Figure>
      {`, ${words("proposed.lastBy", params)}`}
    </>
  );
}

/** What the customer writes in where that is known, and the language of the page where that says something else. */
function language({ language, locale }: ProposalBody): string[] {
  const page = locale && words("proposed.page", { language: languageName(locale) });
  if (!language) return page ? [page] : [];
  const same = locale.toLowerCase().split(/[-_]/)[0] === language;
  return [words("proposed.writes", { language: languageName(language) }), ...(same || !page ? [] : [page])];
}

function decision({ state, decided_by, decided_at, edited }: ProposalBody): string {
  const params = { name: decided_by ?? "", at: decided_at ? moment(decided_at) : "" };
  if (state === "declined") return words("proposed.declinedBy", params);
  return words(edited ? "proposed.editedBy" : "proposed.approvedBy", params);
}

function Deciding({ proposal, own, answered, busy, text, ...act }: Props & { text: string }) {
  const locales = { reply: proposal.reply_locales, own };
  const [place, setPlace] = useState(() => firstPlace(locales));
  const approve = (): void => act.onApprove(localesOf(place, locales));
  return (
    <>
      <PlaceChoice locales={locales} answered={answered} place={place} onPlace={setPlace} />
      <div className={css.actions}>
        <Button size="compact-sm" loading={busy} aria-describedby={text} onClick={approve}>
          {words("proposed.approve")}
        </Button>
        <Button size="compact-sm" variant="default" aria-describedby={text} onClick={() => act.onEdit(place)}>
          {words("proposed.edit")}
        </Button>
        <Button size="compact-sm" variant="default" aria-describedby={text} onClick={act.onDecline}>
          {words("proposed.decline")}
        </Button>
      </div>
    </>
  );
}

export function Proposal(props: Props) {
  const { proposal, mayApprove, busy, onRestore } = props;
  const text = useId();
  return (
    <li className={css.proposal}>
      <blockquote id={text} className={css.text} dir="auto">
        {proposal.text}
      </blockquote>
      <p className={css.origin}>
        <Origin {...proposal} />
        {language(proposal).map((each) => ` · ${each}`)}
      </p>
      {proposal.state !== "proposed" && <p className={css.origin}>{decision(proposal)}</p>}
      {mayApprove && proposal.state === "proposed" && (
        <Deciding key={proposal.reply_locales.join()} {...props} text={text} />
      )}
      {mayApprove && proposal.state === "declined" && (
        <div className={css.actions}>
          <Button size="compact-sm" variant="default" loading={busy} aria-describedby={text} onClick={onRestore}>
            {words("proposed.restore")}
          </Button>
        </div>
      )}
    </li>
  );
}
