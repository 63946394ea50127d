/** Runs from REST, with what the live frames say since. Pure. */
import type { RunChanged } from "../wire/frames";
import type { RunBody } from "../wire/resources";

const OVER: readonly RunBody["state"][] = ["succeeded", "refused", "failed", "cancelled"];

export const isOver = (run: Pick<RunBody, "state">): boolean => OVER.includes(run.state);

/** The service says in the detail that a run was asked to stop; asking twice does nothing. */
export const mayStop = (run: Pick<RunBody, "state" | "detail">): boolean => !isOver(run) && run.detail !== "cancelling";

/** A run that REST knows to be over is over; otherwise the live frame is the newer. */
export function liveRun(run: RunBody, frame: RunChanged | undefined): RunBody {
  if (!frame || isOver(run)) return run;
  const { state, progress, stage, eta_seconds, detail } = frame;
  return { ...run, state, progress, stage, eta_seconds, detail };
}

export function liveRuns(runs: readonly RunBody[], frames: Record<string, RunChanged>): RunBody[] {
  const newest = [...runs].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return newest.map((run) => liveRun(run, frames[run.id]));
}
