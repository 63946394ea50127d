/** Runs from REST with live frames on top. */
import { expect, it } from "vitest";
import type { RunBody } from "../wire/resources";
import { liveRuns, mayStop } from "./runs";

const run = (id: string, state: RunBody["state"], created_at: string): RunBody => ({
  id,
  state,
  progress: 0.1,
  stage: "a",
  eta_seconds: null,
  detail: "",
  mode: "head",
  created_at,
  finished_at: null,
  model: null,
  reasons: [],
});
const frame = (id: string) => ({
  type: "run" as const,
  stream: "models",
  seq: 1,
  run: id,
  state: "running" as const,
  progress: 0.5,
  stage: "b",
  eta_seconds: 3,
  detail: "d",
});

it("takes progress from frames, but never reopens a run that is over", () => {
  const rows = liveRuns([run("old", "succeeded", "2026-01-01"), run("new", "queued", "2026-01-02")], {
    old: frame("old"),
    new: frame("new"),
  });
  expect(rows.map((one) => [one.id, one.state, one.progress])).toEqual([
    ["new", "running", 0.5],
    ["old", "succeeded", 0.1],
  ]);
});

it("can be stopped once, and only before it is over", () => {
  const running = run("a", "running", "2026-01-01");
  expect([running, { ...running, detail: "cancelling" }, run("b", "failed", "2026-01-01")].map(mayStop)).toEqual([
    true,
    false,
    false,
  ]);
});
