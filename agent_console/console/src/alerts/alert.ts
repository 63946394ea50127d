/** Alerts to news by sound and desktop notification, as this browser is set. */
import { words } from "../locale/words";
import { customerName } from "../components/names";
import { openConversation } from "../store/route";
import { notify } from "./desktop";
import type { News } from "./news";
import { claimLater } from "./oneTab";
import { isOn, wants } from "./settings";
import { play } from "./sound";

/** The customer's name, and their words only where that is switched on: others may look at this screen. */
function show({ kind, row }: News): void {
  const title = words(`alerts.title.${kind}`, { customer: customerName(row) });
  const body = isOn("words") ? row.last_text : "";
  notify(title, body, row.conversation, () => openConversation(row.conversation));
}

export async function alertTo(all: readonly News[]): Promise<void> {
  const wanted = all.filter((news) => wants(news.kind));
  const claimed = await Promise.all(wanted.map((news) => claimLater(news.key)));
  const own = wanted.filter((_, i) => claimed[i]);
  if (own.length === 0) return;
  if (isOn("sound")) play(own[0]!.kind);
  if (isOn("desktop")) own.forEach(show);
}
