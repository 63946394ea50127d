/** What the model learns from, page by page; a collected example can be left out of the next refit. */
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
import { Figure } from "../components/Figure";
import { Problem } from "../components/Problem";
import { useStore } from "../store/store";
import { hashOf } from "../store/route";
import { rest, withQuery } from "../wire/rest";
import type { CatalogueBody, ExampleBody, ExamplesBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { Column } from "./Column";
import css from "./learning.module.css";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";

const PAGE = 40;
const SOURCES = ["resolution", "seed"] as const;
type Source = (typeof SOURCES)[number];

/** Stands for no label in the filter; no intent can have this name. */
const OUT_OF_SCOPE = "-";

interface Filter {
  label: string | null;
  source: Source;
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
        allowDeselect={false}
        label={words("examples.filter.source")}
        data={sources}
        value={filter.source}
        onChange={(source) => onFilter({ ...filter, source: source === "seed" ? "seed" : "resolution", pages: [] })}
      />
    </div>
  );
}

type Use = ((use: boolean) => void) | null;

function ExampleRow({ example, onUse }: { example: ExampleBody; onUse: Use }) {
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
      <Table.Td>{example.title ?? <em>{words("examples.outOfScope")}</em>}</Table.Td>
      {example.source !== "seed" && <Collected example={example} short={short} onUse={onUse} />}
    </Table.Tr>
  );
}

function Collected({ example, short, onUse }: { example: ExampleBody; short: string; onUse: Use }) {
  return (
    <>
      <Table.Td>{wordsFor("examples.split", example.split, example.split)}</Table.Td>
      <Table.Td className={css.nowrap}>{example.at && moment(example.at)}</Table.Td>
      <Table.Td>
        <Switch
          size="sm"
          checked={!example.excluded}
          disabled={!onUse}
          aria-label={words("examples.use.label", { text: short })}
          onChange={(event) => onUse?.(event.currentTarget.checked)}
        />
      </Table.Td>
    </>
  );
}

const COLUMNS = {
  seed: ["examples.text", "examples.label"],
  resolution: ["examples.text", "examples.label", "examples.split", "examples.at", "examples.use"],
} as const;

function Examples({
  source,
  examples,
  filtered,
  onUse,
}: {
  source: Source;
  filtered: boolean;
  examples: readonly ExampleBody[];
  onUse: ((example: ExampleBody, use: boolean) => void) | null;
}) {
  if (examples.length === 0) {
    const learnt = source === "seed" || filtered;
    return <p className={css.quiet}>{words(learnt ? "examples.none" : "examples.none.yet")}</p>;
  }
  return (
    <section className={css.tableBox} aria-label={words("learning.examples")} tabIndex={0}>
      <Table verticalSpacing={5} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS[source].map((column) => (
              <Column key={column} name={column} />
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
  if (count === 0 && filter.pages.length === 0) return null;
  return (
    <div className={css.pages}>
      {(filter.pages.length > 0 || next !== null) && (
        <>
          <Button
            size="compact-sm"
            variant="default"
            disabled={filter.pages.length === 0}
            onClick={() => onFilter({ ...filter, pages: [] })}
          >
            {words(filter.source === "seed" ? "examples.first" : "examples.newest")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={next === null}
            onClick={() => onFilter({ ...filter, pages: [...filter.pages, next ?? ""] })}
          >
            {words(filter.source === "seed" ? "examples.next" : "examples.older")}
          </Button>
        </>
      )}
      <span className={css.quiet}>
        <Figure term="on-this-page" linked>
          {counted("examples.page", count)}
        </Figure>
      </span>
    </div>
  );
}

export function ExamplesTab({ mayChange }: { mayChange: boolean }) {
  const [filter, setFilter] = useState<Filter>({ label: null, source: "resolution", pages: [] });
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
            {filter.source === "seed" && <p className={css.quiet}>{words("examples.seeds")}</p>}
            <Examples
              source={filter.source}
              examples={body.examples}
              filtered={filter.label !== null || filter.pages.length > 0}
              onUse={mayChange ? use : null}
            />
            <Pages filter={filter} next={body.next} count={body.examples.length} onFilter={setFilter} />
          </>
        )}
      </Reading>
    </>
  );
}
