/** Versions and revisions, newest first. */
import "@mantine/core/styles/Table.layer.css";
import { Button, Table } from "@mantine/core";
import { moment, words } from "../locale/words";
import { Chip, type Tone } from "../components/Chip";
import { Figure } from "../components/Figure";
import type { ModelBody } from "../wire/resources";
import { Column, type ColumnProps } from "./Column";
import { allLabels, change, estimate, firstSuggestion, heldBack, newLabels } from "./figures";
import css from "./learning.module.css";
import { share } from "./Measures";

const TONES: Record<ModelBody["state"], Tone> = {
  champion: "sea",
  live: "sea",
  archived: "quiet",
  refused: "ember",
  candidate: "sand",
};

type Promote = ((model: ModelBody) => void) | null;

function ModelRow({ model, anchors, onPromote }: { model: ModelBody; anchors: boolean; onPromote: Promote }) {
  return (
    <Table.Tr data-state={model.state}>
      <Table.Th scope="row" className={css.nameCell}>
        {model.name}
        {model.parent && <span className={css.quiet}>{words("models.parent", { parent: model.parent })}</span>}
        {model.erased_examples > 0 && (
          <span className={css.reasons} data-bad>
            <Figure term="erased-examples">{words("models.erased", { count: model.erased_examples })}</Figure>
          </span>
        )}
        {model.reasons.length > 0 && (
          <span className={css.reasons} data-bad={model.state === "refused"} dir="auto">
            {words("models.reasons", { reasons: model.reasons.join("; ") })}
          </span>
        )}
      </Table.Th>
      <Table.Td>
        {anchors && <Chip tone="sea">{words("models.anchor")}</Chip>}{" "}
        <Chip tone={TONES[model.state] ?? "quiet"}>{words(`models.state.${model.state}`)}</Chip>
      </Table.Td>
      <Table.Td className={css.nowrap}>{moment(model.created_at)}</Table.Td>
      <Table.Td className={css.number}>
        <Figure term="examples-of-a-model">
          {model.examples} <strong>{change(model)}</strong>
        </Figure>
      </Table.Td>
      <Table.Td className={css.newLabels}>
        <Figure term="new-labels">{newLabels(model)}</Figure>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="suggested-first">{firstSuggestion(model)}</Figure>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="all-labels">{allLabels(model)}</Figure>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="held-back-labels">{heldBack(model)}</Figure>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="coverage">{share(model.coverage)}</Figure>
        <span className={css.hint}>{estimate(model)}</span>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="risk">{share(model.risk)}</Figure>
        <span className={css.hint}>{estimate(model)}</span>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="threshold">{model.threshold.toFixed(2)}</Figure>
      </Table.Td>
      <Table.Td className={css.number}>
        <Figure term="intents-of-a-model">{model.intents}</Figure>
      </Table.Td>
      {onPromote && (
        <Table.Td>
          {model.promotable && (
            <Button size="compact-xs" variant="default" onClick={() => onPromote(model)}>
              {words("models.promote")}
            </Button>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
}

const COLUMNS: readonly ColumnProps[] = [
  { name: "models.name" },
  { name: "models.state" },
  { name: "models.created" },
  { name: "models.examples", term: "examples-of-a-model", number: true },
  { name: "models.learnt", term: "new-labels" },
  { name: "models.first", term: "suggested-first", number: true },
  { name: "models.all", term: "all-labels", number: true },
  { name: "models.heldBack", term: "held-back-labels", number: true },
  { name: "models.coverage", term: "coverage", number: true },
  { name: "models.risk", term: "risk", number: true },
  { name: "models.threshold", term: "threshold", number: true },
  { name: "models.intents", term: "intents-of-a-model", number: true },
];

interface Props {
  models: readonly ModelBody[];
  anchor: string | null;
  onPromote: Promote;
}

export function ModelsTable({ models, anchor, onPromote }: Props) {
  const newest = [...models].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <section className={css.tableBox} aria-label={words("models.table")} tabIndex={0}>
      <Table verticalSpacing={6} horizontalSpacing={6} className={css.table}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((column) => (
              <Column key={column.name} {...column} />
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
            <ModelRow key={model.name} model={model} anchors={model.name === anchor} onPromote={onPromote} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
