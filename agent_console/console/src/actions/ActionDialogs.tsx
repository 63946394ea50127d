/** The dialog of the action that asks something now, if any. */
import { Suspense } from "react";
import { lazily } from "../components/lazily";
import { answered, useAsked, type AskingAction } from "./asked";

export interface ActionProps {
  conversation: string;
  onClose: () => void;
}

const DIALOGS = {
  takeOver: lazily<ActionProps>(() => import("./TakeOverDialog").then((file) => file.TakeOverDialog)),
  transfer: lazily<ActionProps>(() => import("./TransferDialog").then((file) => file.TransferDialog)),
  assign: lazily<ActionProps>(() => import("./AssignDialog").then((file) => file.AssignDialog)),
  snooze: lazily<ActionProps>(() => import("./SnoozeDialog").then((file) => file.SnoozeDialog)),
  requeue: lazily<ActionProps>(() => import("./GiveAwayDialogs").then((file) => file.RequeueDialog)),
  handBack: lazily<ActionProps>(() => import("./GiveAwayDialogs").then((file) => file.HandBackDialog)),
} as const satisfies Record<AskingAction, unknown>;

export function ActionDialogs() {
  const asked = useAsked();
  if (!asked) return null;
  const Shown = DIALOGS[asked.action];
  return (
    <Suspense fallback={null}>
      <Shown conversation={asked.conversation} onClose={answered} />
    </Suspense>
  );
}
