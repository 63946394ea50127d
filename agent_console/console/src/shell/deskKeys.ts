/** The keys of the conversations page. */
import { ask } from "../actions/asked";
import { useEscape } from "../keys/escape";
import { useShortcut } from "../keys/shortcuts";
import { abilities, controlOf } from "../store/control";
import { neighbour } from "../store/lists";
import type { DraftKind } from "../store/preferences";
import { currentConversation, openConversation } from "../store/route";
import { store } from "../store/store";
import { command, type PlainCommand } from "../wire/commands";
import type { RowView } from "../wire/frames";
import { focusById } from "../components/focus";
import { rowId, THREAD_ID } from "../components/names";

interface Keys {
  rows: readonly RowView[];
  onResolve: (conversation: string) => void;
  onWrite: (kind: DraftKind) => void;
  onLeave: () => void;
}

function can(selected: string) {
  return abilities(controlOf(store.get(), selected), store.get().me);
}

/** A waiting conversation is claimed at once; one that the bot or a colleague has is asked about first. */
function seize(selected: string): void {
  const { claim, takeOver } = can(selected);
  if (takeOver) ask("takeOver", selected);
  if (!claim) return;
  command("claim", selected);
  focusById(THREAD_ID); // its row leaves the list, and would take the focus with it
}

function work(selected: string, type: PlainCommand): void {
  if (can(selected).work) command(type, selected);
}

function isHeld(selected: string): boolean {
  return controlOf(store.get(), selected)?.held ?? false;
}

/** Keys can come faster than the page is drawn: each acts on what is open by the address when it is pressed. */
export function useDeskKeys({ rows, onResolve, onWrite, onLeave }: Keys): void {
  const move = (step: 1 | -1) => (): void => {
    const next = neighbour(rows, currentConversation(), step);
    if (!next) return;
    openConversation(next);
    focusById(rowId(next));
  };
  const withSelected = (act: (conversation: string) => void) => (): void => {
    const selected = currentConversation();
    if (selected) act(selected);
  };
  useShortcut("j", move(1));
  useShortcut("k", move(-1));
  useShortcut("c", withSelected(seize));
  useShortcut(
    "r",
    withSelected(() => onWrite("reply")),
  );
  useShortcut(
    "i",
    withSelected(() => onWrite("note")),
  );
  useShortcut(
    "h",
    withSelected((one) => work(one, isHeld(one) ? "unhold" : "hold")),
  );
  useShortcut(
    "t",
    withSelected((one) => can(one).giveAway && ask("transfer", one)),
  );
  useShortcut(
    "e",
    withSelected((one) => can(one).work && onResolve(one)),
  );
  useEscape(onLeave);
}
