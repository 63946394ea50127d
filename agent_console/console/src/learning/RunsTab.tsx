/** Training runs: start one, watch it, stop it. */
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import "@mantine/core/styles/Progress.layer.css";
import { Button, Menu, Progress } from "@mantine/core";
import { useState } from "react";
import { asPercent, duration, moment, words, wordsFor } from "../locale/words";
import { Chip, type Tone } from "../components/Chip";
import { Confirm } from "../components/Confirm";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { useStore } from "../store/store";
import { rest } from "../wire/rest";
import type { ModelBody, ModelsBody, RunBody, RunsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./learning.module.css";
import { Reading } from "../components/Reading";
import { ALL_MEASURES, Measures } from "./Measures";
import { isOver, liveRuns, mayStop } from "./runs";
import { useAction } from "../components/useAction";

const TONES: Record<RunBody["state"], Tone> = {
  queued: "sand",
  running: "sand",
  succeeded: "sea",
  refused: "ember",
  failed: "ember",
  cancelled: "quiet",
};

function RunProgress({ run }: { run: RunBody }) {
  const { eta_seconds: eta } = run;
  const left = eta === null || !mayStop(run) ? "" : words("runs.eta", { time: duration(eta * 1000) });
  return (
    <>
      <Progress.Root size="lg" className={css.progress ?? ""}>
        <Progress.Section
          value={run.progress * 100}
          aria-label={words("runs.progress", { time: moment(run.created_at) })}
        />
      </Progress.Root>
      <p className={css.runFacts}>
        <strong>
          <Figure term="progress-of-a-run" linked>
            {asPercent(run.progress)}
          </Figure>
        </strong>
        <span>{wordsFor("stage", run.stage, run.stage.replaceAll("_", " "))}</span>
        <span dir="auto">{wordsFor("runs.detail", run.detail, run.detail)}</span>
        <Figure term="progress-of-a-run">{left}</Figure>
      </p>
    </>
  );
}

interface RunProps {
  run: RunBody;
  /** What it made; null while there is nothing. */
  made: ModelBody | null;
  onCancel: (() => void) | null;
}

function RunView({ run, made, onCancel }: RunProps) {
  return (
    <li className={css.run}>
      <header>
        <strong title={run.id}>
          <time dateTime={run.created_at}>{words("runs.name", { time: moment(run.created_at) })}</time>
        </strong>
        <Chip tone={TONES[run.state] ?? "quiet"}>{words(`runs.state.${run.state}`)}</Chip>
        <span>{words(`runs.mode.${run.mode}`)}</span>
        {run.model && isOver(run) && <span>{words("runs.result", { model: run.model })}</span>}
        {onCancel && mayStop(run) && (
          <Button size="compact-xs" variant="default" className={css.push ?? ""} onClick={onCancel}>
            {words("runs.cancel")}
          </Button>
        )}
      </header>
      {!isOver(run) && <RunProgress run={run} />}
      {isOver(run) && run.detail && run.detail !== run.state && (
        <p className={css.quiet} dir="auto">
          {run.detail}
        </p>
      )}
      {run.reasons.length > 0 && (
        <p className={css.reasons} data-bad={run.state !== "succeeded"} dir="auto">
          {words("models.reasons", { reasons: run.reasons.join("; ") })}
        </p>
      )}
      {made && isOver(run) && <Measures model={made} shown={ALL_MEASURES} />}
    </li>
  );
}

function Start({ busy, onStart }: { busy: boolean; onStart: (mode: RunBody["mode"]) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button loading={busy} rightSection={<Icon name="down" size={14} />}>
          {words("runs.start")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["auto", "head", "full"] as const).map((mode) => (
          <Menu.Item key={mode} onClick={() => onStart(mode)}>
            {words(`runs.start.${mode}`)}
            <span className={css.hint}>{words(`runs.start.${mode}.hint`)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function RunsTab({ mayChange }: { mayChange: boolean }) {
  const changed = useStore((state) => state.modelsChanged);
  const frames = useStore((state) => state.runs);
  const resource = useResource<RunsBody>("runs", changed);
  const { value: models } = useResource<ModelsBody>("models", changed);
  const action = useAction(resource.reload);
  const [cancelling, setCancelling] = useState<string | null>(null);
  const cancel = async (): Promise<void> => {
    await action.run(() => rest("DELETE", `runs/${encodeURIComponent(cancelling ?? "")}`));
    setCancelling(null);
  };
  return (
    <>
      {mayChange && (
        <div>
          <Start busy={action.busy} onStart={(mode) => void action.run(() => rest("POST", "runs", { mode }))} />
        </div>
      )}
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      <Reading resource={resource}>
        {({ runs }) =>
          runs.length === 0 ? (
            <p className={css.quiet}>{words("runs.none")}</p>
          ) : (
            <ul className={css.runs}>
              {liveRuns(runs, frames).map((run) => (
                <RunView
                  key={run.id}
                  run={run}
                  made={models?.models.find(({ name }) => name === run.model) ?? null}
                  onCancel={mayChange ? () => setCancelling(run.id) : null}
                />
              ))}
            </ul>
          )
        }
      </Reading>
      <Confirm
        open={cancelling !== null}
        title={words("runs.cancel.title")}
        action={words("runs.cancel.action")}
        danger
        busy={action.busy}
        onConfirm={() => void cancel()}
        onClose={() => setCancelling(null)}
      >
        <p>{words("runs.cancel.text")}</p>
      </Confirm>
    </>
  );
}
