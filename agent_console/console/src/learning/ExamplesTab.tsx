/** What the model learns from, page by page; an example can be left out of the next refit. */
import "@mantine/core/styles/ScrollArea.layer.css";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/CloseButton.layer.css";
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import "@mantine/core/styles/Switch.layer.css";
import "@mantine/core/styles/Table.layer.css";
import { Button, Select, Switch, Table } from "@mantine/core";
import { useState } from "react";
import { counted, moment, words, wordsFor } from "../locale/words";
import { Chip } from "../components/Chip";
import { Problem } from "../components/Problem";
import { useStore } from "../store/store";
import { hashOf } from "../store/route";
import { rest, withQuery } from "../wire/rest";
import type { CatalogueBody, ExampleBody, ExamplesBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./learning.module.css";
import { Reading } from "./Reading";
import { useAction } from "./useAction";

const PAGE = 40;
const SOURCES = ["seed", "resolution", "audit", "review"] as const;

/** Stands for no label in the filter; no intent can have this name. */
const OUT_OF_SCOPE = "-";

interface Filter {
  label: string | null;
  source: string | null;
  /** Cursors of the pages gone through; the last is the page shown. */
  pages: readonly string[];
}

function Filters({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const changed = useStore((state) => state.catalogueChanged);
  const { value } = useResource<CatalogueBody>("catalogue", changed);
  const intents = (value?.intents ?? []).map((one) => ({ value: one.name, label: one.title }));
  const labels = [{ value: OUT_OF_SCOPE, label: words("examples.outOfScope") }, ...intents];
  const sources = SOURCES.map((one) => ({ value: one, label: words(`examples.source.${one}`) }));
  const any = words("examples.filter.any");
  return (
    <div className={css.filters}>
      <Select
        searchable
        clearable
        label={words("examples.filter.label")}
        placeholder={any}
        data={labels}
        value={filter.label}
        clearButtonProps={{ "aria-label": any }}
        onChange={(label) => onFilter({ ...filter, label, pages: [] })}
      />
      <Select
        clearable
        label={words("examples.filter.source")}
        placeholder={any}
        data={sources}
        value={filter.source}
        clearButtonProps={{ "aria-label": any }}
        onChange={(source) => onFilter({ ...filter, source, pages: [] })}
      />
    </div>
  );
}

function ExampleRow({ example, onUse }: { example: ExampleBody; onUse: ((use: boolean) => void) | null }) {
  const by = useStore((state) => (example.by ? (state.agents[example.by]?.name ?? null) : null));
  const short = example.text.length > 60 ? `${example.text.slice(0, 60)}…` : example.text;
  return (
    <Table.Tr data-excluded={example.excluded}>
      <Table.Td className={css.text} dir="auto">
        {example.text}
        {example.conversation && (
          <a className={css.from} href={hashOf({ page: "conversations", conversation: example.conversation })}>
            {by ? words("examples.by", { name: by }) : words("examples.conversation")}
          </a>
        )}
      </Table.Td>
      <Table.Td>{example.label ?? <em>{words("examples.outOfScope")}</em>}</Table.Td>
      <Table.Td>
        <Chip tone={example.source === "seed" ? "quiet" : "sea"}>
          {wordsFor("examples.source", example.source, example.source)}
        </Chip>
      </Table.Td>
      <Table.Td>{wordsFor("examples.split", example.split, example.split)}</Table.Td>
      <Table.Td className={css.nowrap}>{moment(example.at)}</Table.Td>
      <Table.Td>
        <Switch
          size="sm"
          checked={!example.excluded}
          disabled={!onUse}
          aria-label={words("examples.use.label", { text: short })}
          onChange={(event) => onUse?.(event.currentTarget.checked)}
        />
      </Table.Td>
    </Table.Tr>
  );
}

const COLUMNS = [
  "examples.text",
  "examples.label",
  "examples.source",
  "examples.split",
  "examples.at",
  "examples.use",
] as const;

function Examples({
  examples,
  onUse,
}: {
  examples: readonly ExampleBody[];
  onUse: ((example: ExampleBody, use: boolean) => void) | null;
}) {
  if (examples.length === 0) return <p className={css.quiet}>{words("examples.none")}</p>;
  return (
    <section className={css.tableBox} aria-label={words("learning.examples")} tabIndex={0}>
      <Table verticalSpacing={5} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((phrase) => (
              <Table.Th key={phrase}>{words(phrase)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {examples.map((one) => (
            <ExampleRow key={one.id} example={one} onUse={onUse && ((use) => onUse(one, use))} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Pages({
  filter,
  next,
  count,
  onFilter,
}: {
  filter: Filter;
  next: string | null;
  count: number;
  onFilter: (filter: Filter) => void;
}) {
  return (
    <div className={css.pages}>
      <Button
        size="compact-sm"
        variant="default"
        disabled={filter.pages.length === 0}
        onClick={() => onFilter({ ...filter, pages: [] })}
      >
        {words("examples.newest")}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={next === null}
        onClick={() => onFilter({ ...filter, pages: [...filter.pages, next ?? ""] })}
      >
        {words("examples.older")}
      </Button>
      <span className={css.quiet}>{counted("examples.page", count)}</span>
    </div>
  );
}

export function ExamplesTab({ mayChange }: { mayChange: boolean }) {
  const [filter, setFilter] = useState<Filter>({ label: null, source: null, pages: [] });
  const changed = useStore((state) => state.modelsChanged);
  const query = {
    limit: PAGE,
    before: filter.pages.at(-1) ?? null,
    label: filter.label === OUT_OF_SCOPE ? "" : filter.label,
    source: filter.source,
  };
  const resource = useResource<ExamplesBody>(withQuery("examples", query), changed);
  const action = useAction(resource.reload);
  const use = (example: ExampleBody, wanted: boolean): void => {
    void action.run(() => rest("POST", `examples/${encodeURIComponent(example.id)}/exclude`, { excluded: !wanted }));
  };
  return (
    <>
      <Filters filter={filter} onFilter={setFilter} />
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      <Reading resource={resource}>
        {(body) => (
          <>
            <Examples examples={body.examples} onUse={mayChange ? use : null} />
            <Pages filter={filter} next={body.next} count={body.examples.length} onFilter={setFilter} />
          </>
        )}
      </Reading>
    </>
  );
}
