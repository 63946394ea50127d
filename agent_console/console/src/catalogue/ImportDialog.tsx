/** Take a file over in two steps: a report of what would change, then exactly that. */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import { Button, Checkbox, Stack } from "@mantine/core";
import { useState } from "react";
import { words, wordsFor } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { Problem } from "../components/Problem";
import type { CatalogueFileBody, ImportBody } from "../wire/resources";
import { rest, RestError } from "../wire/rest";
import css from "./changes.module.css";
import { ImportReport } from "./ImportReport";
import { readFile, type ReadFile } from "./file";

interface Importing {
  file: ReadFile | null;
  report: ImportBody | null;
  problem: string | null;
  busy: boolean;
  done: boolean;
}

const NOTHING: Importing = { file: null, report: null, problem: null, busy: false, done: false };

const bodyOf = (file: ReadFile, replace: boolean, fingerprint: string | null): Partial<CatalogueFileBody> => ({
  ...file,
  mode: replace ? "replace" : "merge",
  fingerprint,
});

function useImport() {
  const [state, setState] = useState<Importing>(NOTHING);
  const [replace, setReplace] = useState(false);
  const failed = (error: unknown): void => {
    const { code, message } = error as RestError;
    setState((old) => ({ ...old, busy: false, problem: wordsFor("refusal", code, message) }));
  };
  const report = async (file: ReadFile, replacing: boolean): Promise<void> => {
    setState({ ...NOTHING, file, busy: true });
    try {
      const found = await rest<ImportBody>("POST", "catalogue/import/report", bodyOf(file, replacing, null));
      setState({ ...NOTHING, file, report: found });
    } catch (error) {
      failed(error);
    }
  };
  const choose = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    const read = await readFile(chosen);
    if (typeof read === "string") setState({ ...NOTHING, problem: words(read, { file: chosen.name }) });
    else await report(read, replace);
  };
  const change = (replacing: boolean): void => {
    setReplace(replacing);
    if (state.file) void report(state.file, replacing);
  };
  const apply = async (): Promise<void> => {
    const { file, report: seen } = state;
    if (!file || !seen) return;
    setState((old) => ({ ...old, busy: true, problem: null }));
    try {
      await rest("POST", "catalogue/import", bodyOf(file, replace, seen.fingerprint));
      setState((old) => ({ ...old, busy: false, done: true }));
    } catch (error) {
      if ((error as RestError).code === "catalogue_moved") await report(file, replace); // shows what it would do now
      failed(error);
    }
  };
  return { ...state, replace, change, choose, apply };
}

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { file, report, problem, busy, done, replace, change, choose, apply } = useImport();
  const changes = report !== null && report.differences.length > 0;
  return (
    <Dialog open wide onClose={onClose} title={words("catalogue.import")}>
      <Stack gap="md">
        <label className={css.file}>
          <span>{words("catalogue.import.file")}</span>
          <input
            type="file"
            data-autofocus
            disabled={busy || done}
            accept=".yaml,.yml,.json,.jsonl,.ndjson,.csv,.tsv,.md"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
          <span className={css.quiet}>{words("catalogue.import.file.hint")}</span>
        </label>
        <Checkbox
          label={words("catalogue.import.replace")}
          description={words("catalogue.import.replace.hint")}
          checked={replace}
          disabled={busy || done}
          onChange={(event) => change(event.currentTarget.checked)}
        />
        {problem && <Problem title={words("refusal.title")}>{problem}</Problem>}
        {busy && !report && <p className={css.quiet}>{words("catalogue.import.reading")}</p>}
        {report && file && <ImportReport report={report} file={file.source} done={done} />}
        <div className={css.ends}>
          <Button variant="default" onClick={onClose}>
            {words(done ? "dialog.close" : "confirm.cancel")}
          </Button>
          {!done && (
            <Button disabled={!changes} loading={busy} onClick={() => void apply()}>
              {words("catalogue.import.apply")}
            </Button>
          )}
        </div>
      </Stack>
    </Dialog>
  );
}
