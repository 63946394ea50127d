/** What became of the proposal of this conversation to a colleague, for whoever has it. */
import { Button } from "@mantine/core";
import { Figure } from "../components/Figure";
import { duration, words } from "../locale/words";
import { useNow } from "../components/now";
import { useStore } from "../store/store";
import { command } from "../wire/commands";
import css from "./actions.module.css";

interface Props {
  conversation: string;
  mayCancel: boolean;
}

function Pending({ conversation, mayCancel, name, until }: Props & { name: string; until: string | null }) {
  const now = useNow();
  const time = until ? duration(Date.parse(until) - now) : "";
  return (
    <p className={css.ownOffer}>
      <span role="status">{words("offer.pending", { name })}</span>
      <span className={css.left}>
        {time && (
          <Figure term="time-left" linked="apart">
            {words("offer.left", { time })}
          </Figure>
        )}
      </span>
      {mayCancel && (
        <Button size="compact-sm" variant="default" onClick={() => command("cancel_offer", conversation)}>
          {words("offer.cancel")}
        </Button>
      )}
    </p>
  );
}

export function OwnOffer({ conversation, mayCancel }: Props) {
  const me = useStore((state) => state.me?.id);
  const offer = useStore((state) => state.rows[conversation]?.offer ?? null);
  const name = useStore((state) => (offer ? (state.agents[offer.agent_id]?.name ?? words("author.agent")) : ""));
  if (!offer || offer.ended === "cancelled") return null;
  if (offer.ended === null && offer.agent_id === me)
    return (
      <p className={css.ownOffer} role="status">
        {words("offer.yours")}
      </p>
    );
  if (offer.ended === null) return <Pending {...{ conversation, mayCancel, name }} until={offer.until} />;
  return (
    <p className={css.ownOffer} role="status">
      {words(`offer.ended.${offer.ended}`, { name })}
    </p>
  );
}
