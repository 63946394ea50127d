/** Which days, in whose time zone, and which conversations. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import type { CatalogueBody, QueuesBody, TeamsBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import { daysOf, firstOf, SPANS, todayIn, zones, type Wanted } from "./range";
import results from "../components/results.module.css";

interface Props {
  wanted: Wanted;
  onChange: (change: Partial<Wanted>) => void;
}

type Named = { value: string; label: string };

function Only({
  field,
  options,
  wanted,
  onChange,
}: Props & { field: "site" | "queue" | "agent" | "intent" | "team"; options: Named[] }) {
  return (
    <NativeSelect
      label={words(`reports.only.${field}`)}
      data={[{ value: "", label: words("history.any") }, ...options]}
      value={wanted[field]}
      onChange={(event) => onChange({ [field]: event.currentTarget.value })}
    />
  );
}

function Span({ wanted, onChange }: Props) {
  const today = todayIn(wanted.zone, new Date());
  const span = SPANS.find((days) => wanted.until === today && Number(days) === daysOf(wanted));
  const spans = SPANS.map((days) => ({ value: days, label: words(`reports.days.${days}`) }));
  return (
    <NativeSelect
      label={words("reports.range")}
      data={span ? spans : [{ value: "", label: words("reports.days.chosen") }, ...spans]}
      value={span ?? ""}
      onChange={({ currentTarget: { value } }) =>
        value && onChange({ since: firstOf(Number(value), today), until: today })
      }
    />
  );
}

function useChoices() {
  const agents = useStore((state) => state.agents);
  const { value: catalogue } = useResource<CatalogueBody>("catalogue");
  const { value: queues } = useResource<QueuesBody>("queues");
  const { value: teams } = useResource<TeamsBody>("teams");
  const sites = Object.entries(useSignedIn().sites);
  return {
    site: sites.map(([value, label]) => ({ value, label })),
    queue: (queues?.queues ?? []).map(({ name }) => ({ value: name, label: name })),
    agent: Object.values(agents).map(({ id, name }) => ({ value: id, label: name })),
    team: (teams?.teams ?? []).map(({ name }) => ({ value: name, label: name })),
    intent: (catalogue?.intents ?? []).map(({ name, title }) => ({ value: name, label: title })),
  };
}

export function Filters(props: Props) {
  const { wanted, onChange } = props;
  const choices = useChoices();
  const known = useMemo(zones, []);
  const day = (field: "since" | "until") => ({
    type: "date",
    label: words(`history.${field}`),
    value: wanted[field],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      event.currentTarget.value && onChange({ [field]: event.currentTarget.value }),
  });
  return (
    <div className={results.filters}>
      <Span {...props} />
      <TextInput {...day("since")} />
      <TextInput {...day("until")} error={wanted.until < wanted.since && words("history.reversed")} />
      <NativeSelect
        label={words("reports.zone")}
        data={known}
        value={wanted.zone}
        onChange={(event) => onChange({ zone: event.currentTarget.value })}
      />
      {choices.site.length > 1 && <Only field="site" options={choices.site} {...props} />}
      {choices.queue.length > 1 && <Only field="queue" options={choices.queue} {...props} />}
      <Only field="agent" options={choices.agent} {...props} />
      {choices.team.length > 0 && <Only field="team" options={choices.team} {...props} />}
      <Only field="intent" options={choices.intent} {...props} />
    </div>
  );
}
