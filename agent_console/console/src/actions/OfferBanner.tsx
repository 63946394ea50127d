/** Conversations that colleagues propose to one: accept or decline each, while there is time. */
import { Button } from "@mantine/core";
import { Figure } from "../components/Figure";
import { duration, words } from "../locale/words";
import { customerName } from "../components/names";
import { Icon } from "../components/Icon";
import { useNow } from "../components/now";
import { focusById } from "../components/focus";
import { THREAD_ID } from "../components/names";
import { useShortcut } from "../keys/shortcuts";
import { offersTo } from "../store/lists";
import { hashOf, openConversation } from "../store/route";
import { store, useStore } from "../store/store";
import { command } from "../wire/commands";
import type { RowView } from "../wire/frames";
import css from "./actions.module.css";

function Left({ until }: { until: string | null }) {
  const now = useNow();
  if (!until) return null;
  return (
    <span className={css.left}>
      <Figure term="time-left" linked="apart">
        {words("offer.left", { time: duration(Date.parse(until) - now) })}
      </Figure>
    </span>
  );
}

function accept({ conversation }: RowView): void {
  command("accept_offer", conversation);
  openConversation(conversation);
  focusById(THREAD_ID);
}

function Offer({ row, first }: { row: RowView; first: boolean }) {
  const busy = useStore((state) => state.commands.find((one) => one.conversation === row.conversation)?.type ?? null);
  return (
    <li className={css.offer}>
      <Icon name="person" />
      <p className={css.offerText}>
        <strong>
          {row.agent_name ? words("offer.to.you", { name: row.agent_name }) : words("offer.waiting")}{" "}
          <a href={hashOf({ page: "conversations", conversation: row.conversation })}>{customerName(row)}</a>
        </strong>{" "}
        <bdi>{row.last_text}</bdi>
      </p>
      <Left until={row.offer?.until ?? null} />
      <Button
        size="compact-md"
        loading={busy === "accept_offer"}
        // Of a double press the second would meet the next offer, which has come to stand there.
        onClick={({ detail }) => detail < 2 && accept(row)}
        rightSection={first && <kbd>Y</kbd>}
      >
        {words("offer.accept")}
      </Button>
      <Button
        size="compact-md"
        variant="default"
        loading={busy === "decline_offer"}
        onClick={() => command("decline_offer", row.conversation)}
      >
        {words("offer.decline")}
      </Button>
    </li>
  );
}

export function OfferBanner() {
  useStore((state) => state.rows);
  const me = useStore((state) => state.me?.id ?? null);
  const offers = offersTo(store.get().rows, me);
  const [next] = offers;
  useShortcut("y", () => next && accept(next), next !== undefined);
  if (offers.length === 0) return null;
  return (
    <section aria-label={words("offer.label")} className={css.banner}>
      <ul className={css.offers}>
        {offers.map((row) => (
          <Offer key={row.conversation} row={row} first={row === next} />
        ))}
      </ul>
    </section>
  );
}
