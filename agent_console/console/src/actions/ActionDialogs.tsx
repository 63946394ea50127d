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
  followUp: lazily<ActionProps>(() => import("./FollowUpDialog").then((file) => file.FollowUpDialog)),
  requeue: lazily<ActionProps>(() => import("./GiveAwayDialogs").then((file) => file.RequeueDialog)),
  handBack: lazily<ActionProps>(() => import("./GiveAwayDialogs").then((file) => file.HandBackDialog)),
  workload: lazily<ActionProps>(() => import("../workload/WorkloadDialog").then((file) => file.WorkloadDialog)),
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
