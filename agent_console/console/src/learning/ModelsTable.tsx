/** Versions and revisions, newest first. */
import "@mantine/core/styles/Table.layer.css";
import { Button, Table } from "@mantine/core";
import { asFinePercent, moment, words } from "../locale/words";
import { Chip, type Tone } from "../components/Chip";
import type { ModelBody } from "../wire/resources";
import { Column } from "./Column";
import { allLabels, change, estimate, firstSuggestion, heldBack, newLabels } from "./figures";
import css from "./learning.module.css";

const TONES: Record<ModelBody["state"], Tone> = {
  champion: "sea",
  live: "sea",
  archived: "quiet",
  refused: "ember",
  candidate: "sand",
};

const share = (value: number | null): string => (value === null ? "–" : asFinePercent(value));
const figure = (value: number): string => value.toFixed(2);

type Promote = ((model: ModelBody) => void) | null;

/** Only a version that does not answer already can be promoted; a revision is a refit of one. */
function mayPromote(model: ModelBody): boolean {
  return model.kind === "version" && model.state !== "champion";
}

function ModelRow({ model, onPromote }: { model: ModelBody; onPromote: Promote }) {
  return (
    <Table.Tr data-state={model.state}>
      <Table.Th scope="row" className={css.nameCell}>
        {model.name}
        {model.parent && <span className={css.quiet}>{words("models.parent", { parent: model.parent })}</span>}
        {model.reasons.length > 0 && (
          <span className={css.reasons} data-bad={model.state === "refused"}>
            {words("models.reasons", { reasons: model.reasons.join("; ") })}
          </span>
        )}
      </Table.Th>
      <Table.Td>
        <Chip tone={TONES[model.state] ?? "quiet"}>{words(`models.state.${model.state}`)}</Chip>
      </Table.Td>
      <Table.Td className={css.nowrap}>{moment(model.created_at)}</Table.Td>
      <Table.Td className={css.number}>
        {model.examples} <strong>{change(model)}</strong>
      </Table.Td>
      <Table.Td className={css.newLabels}>{newLabels(model)}</Table.Td>
      <Table.Td className={css.number}>{firstSuggestion(model)}</Table.Td>
      <Table.Td className={css.number}>{allLabels(model)}</Table.Td>
      <Table.Td className={css.number}>{heldBack(model)}</Table.Td>
      <Table.Td className={css.number}>
        {share(model.coverage)}
        <span className={css.hint}>{estimate(model)}</span>
      </Table.Td>
      <Table.Td className={css.number}>
        {share(model.risk)}
        <span className={css.hint}>{estimate(model)}</span>
      </Table.Td>
      <Table.Td className={css.number}>{figure(model.threshold)}</Table.Td>
      <Table.Td className={css.number}>{model.intents}</Table.Td>
      {onPromote && (
        <Table.Td>
          {mayPromote(model) && (
            <Button size="compact-xs" variant="default" onClick={() => onPromote(model)}>
              {words("models.promote")}
            </Button>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
}

/** Names of columns, and whether they hold numbers. */
const COLUMNS = [
  ["models.name", false],
  ["models.state", false],
  ["models.created", false],
  ["models.examples", true],
  ["models.learnt", false],
  ["models.first", true],
  ["models.all", true],
  ["models.heldBack", true],
  ["models.coverage", true],
  ["models.risk", true],
  ["models.threshold", true],
  ["models.intents", true],
] as const;

export function ModelsTable({ models, onPromote }: { models: readonly ModelBody[]; onPromote: Promote }) {
  const newest = [...models].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <section className={css.tableBox} aria-label={words("models.table")} tabIndex={0}>
      <Table verticalSpacing={6} horizontalSpacing={8} className={css.table}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map(([column, number]) => (
              <Column key={column} name={column} number={number} />
            ))}
            {onPromote && (
              <Table.Th>
                <span className="hidden-text">{words("models.actions")}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {newest.map((model) => (
            <ModelRow key={model.name} model={model} onPromote={onPromote} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
