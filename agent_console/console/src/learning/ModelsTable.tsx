/** Versions and revisions, newest first. */
import "@mantine/core/styles/Table.layer.css";
import { Button, Table } from "@mantine/core";
import { asFinePercent, moment, words } from "../locale/words";
import { Chip, type Tone } from "../components/Chip";
import type { ModelBody } from "../wire/resources";
import css from "./learning.module.css";

const TONES: Record<ModelBody["state"], Tone> = {
  champion: "sea",
  live: "sea",
  archived: "quiet",
  refused: "ember",
  candidate: "sand",
};

const share = (value: number | null): string => (value === null ? "–" : asFinePercent(value));
const figure = (value: number | null): string => (value === null ? "–" : value.toFixed(2));

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
      <Table.Td>{words(`models.kind.${model.kind}`)}</Table.Td>
      <Table.Td>
        <Chip tone={TONES[model.state] ?? "quiet"}>{words(`models.state.${model.state}`)}</Chip>
      </Table.Td>
      <Table.Td>{moment(model.created_at)}</Table.Td>
      <Table.Td className={css.number}>{model.examples}</Table.Td>
      <Table.Td className={css.number}>{model.intents}</Table.Td>
      <Table.Td className={css.number}>{figure(model.threshold)}</Table.Td>
      <Table.Td className={css.number}>{share(model.accuracy)}</Table.Td>
      <Table.Td className={css.number}>{share(model.coverage)}</Table.Td>
      <Table.Td className={css.number}>{share(model.risk)}</Table.Td>
      <Table.Td className={css.number}>{figure(model.novelty_auroc)}</Table.Td>
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

export function ModelsTable({ models, onPromote }: { models: readonly ModelBody[]; onPromote: Promote }) {
  const newest = [...models].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <section className={css.tableBox} aria-label={words("models.table")} tabIndex={0}>
      <Table verticalSpacing={6} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words("models.name")}</Table.Th>
            <Table.Th>{words("models.kind")}</Table.Th>
            <Table.Th>{words("models.state")}</Table.Th>
            <Table.Th>{words("models.created")}</Table.Th>
            <Table.Th className={css.number}>{words("models.examples")}</Table.Th>
            <Table.Th className={css.number}>{words("models.intents")}</Table.Th>
            <Table.Th className={css.number}>{words("models.threshold")}</Table.Th>
            <Table.Th className={css.number}>{words("models.accuracy")}</Table.Th>
            <Table.Th className={css.number}>{words("models.coverage")}</Table.Th>
            <Table.Th className={css.number}>{words("models.risk")}</Table.Th>
            <Table.Th className={css.number}>{words("models.auroc")}</Table.Th>
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
