/** What to look for. Nothing is looked up before Search or Enter. */
import "@mantine/core/styles/ScrollArea.layer.css";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/CloseButton.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import { Button, Select, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import type { CatalogueBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import { isReversed, OUT_OF_SCOPE, OUTCOMES, STATUSES, type Field, type Filter } from "./filter";
import results from "../components/results.module.css";
import css from "./history.module.css";

interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  field: "intent" | "agent" | "state" | "site";
  filter: Filter;
  options: readonly Option[];
  onChange: (field: Field, value: string) => void;
}

function Choice({ field, filter, options, onChange }: ChoiceProps) {
  return (
    <Select
      searchable
      clearable
      label={words(`history.${field}`)}
      placeholder={words("history.any")}
      data={[...options]}
      value={filter[field] ?? null}
      clearButtonProps={{ "aria-label": words("history.any") }}
      onChange={(value) => onChange(field, value ?? "")}
    />
  );
}

function useIntents(): Option[] {
  const changed = useStore((state) => state.catalogueChanged);
  const { value } = useResource<CatalogueBody>("catalogue", changed);
  const intents = (value?.intents ?? []).map((one) => ({ value: one.name, label: one.title }));
  return [{ value: OUT_OF_SCOPE, label: words("history.outOfScope") }, ...intents];
}

function useAgents(): Option[] {
  const agents = useStore((state) => state.agents);
  return Object.values(agents).map((one) => ({ value: one.id, label: one.name }));
}

/** Every site by its name; none where there is nothing to choose. */
function useSites(): Option[] {
  const sites = Object.entries(useSignedIn().sites);
  return sites.length > 1 ? sites.map(([value, label]) => ({ value, label })) : [];
}

const STATES: readonly Option[] = [
  ...STATUSES.map((value) => ({ value, label: words(`status.${value}`) })),
  ...OUTCOMES.map((value) => ({ value, label: words(`outcome.${value}`) })),
];

interface Props {
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

export function Filters({ filter, onFilter }: Props) {
  const [draft, setDraft] = useState<Filter>(filter);
  const intents = useIntents();
  const agents = useAgents();
  const sites = useSites();
  const wrong = isReversed(draft);
  const change = (field: Field, value: string): void => setDraft((old) => ({ ...old, [field]: value, before: "" }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong) onFilter({ ...draft, before: "" });
  };
  const text = (field: "words" | "customer") => ({
    label: words(`history.${field}`),
    description: words(`history.${field}.hint`),
    maxLength: 200,
    dir: "auto",
    value: draft[field] ?? "",
    onChange: (event: { currentTarget: HTMLInputElement }) => change(field, event.currentTarget.value),
  });
  const day = (field: "since" | "until") => ({
    type: "date",
    label: words(`history.${field}`),
    value: draft[field] ?? "",
    onChange: (event: { currentTarget: HTMLInputElement }) => change(field, event.currentTarget.value),
  });
  return (
    <form className={results.filters} onSubmit={submit} role="search" aria-label={words("history.title")}>
      <TextInput className={css.wide ?? ""} type="search" {...text("words")} />
      <TextInput className={css.wide ?? ""} {...text("customer")} />
      <Choice field="state" filter={draft} options={STATES} onChange={change} />
      <Choice field="intent" filter={draft} options={intents} onChange={change} />
      <Choice field="agent" filter={draft} options={agents} onChange={change} />
      {sites.length > 0 && <Choice field="site" filter={draft} options={sites} onChange={change} />}
      <TextInput
        label={words("history.tag")}
        maxLength={40}
        value={draft.tag ?? ""}
        onChange={(event) => change("tag", event.currentTarget.value)}
      />
      <TextInput {...day("since")} />
      <TextInput {...day("until")} error={wrong && words("history.reversed")} />
      <div className={css.buttons}>
        <Button type="submit">{words("history.search")}</Button>
        <Button
          variant="default"
          onClick={() => {
            setDraft({});
            onFilter({});
          }}
        >
          {words("history.clear")}
        </Button>
      </div>
    </form>
  );
}
