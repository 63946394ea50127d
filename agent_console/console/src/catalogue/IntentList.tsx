/** The intents with a search over all their words, and filters. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { counted, words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Figure, Meaning } from "../components/Figure";
import { Reading } from "../components/Reading";
import { hashOf } from "../store/route";
import type { CatalogueBody, IntentBody } from "../wire/resources";
import { withQuery } from "../wire/rest";
import { useResource } from "../wire/useResource";
import css from "./catalogue.module.css";
import { lacksAnswer, POLICIES, shownIntents, WHICH, type Filter } from "./intents";

const SEARCH_AFTER_MS = 200;

/** The search that is asked for once nobody has typed for a moment. */
function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed.trim()), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}

/** Read the intents that the search finds; the last ones stay in sight while others are read. */
function useIntents(filter: Filter, changed: number) {
  const search = useSettled(filter.search) || null;
  const archived = filter.which === "archived" ? "true" : null;
  const resource = useResource<CatalogueBody>(withQuery("catalogue", { search, archived }), changed);
  const last = useRef<CatalogueBody | null>(null);
  useEffect(() => {
    if (resource.value) last.current = resource.value;
  }, [resource.value]);
  return { ...resource, value: resource.value ?? (resource.error ? null : last.current) };
}

function Filters({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const which = WHICH.map((one) => ({ value: one, label: words(`catalogue.which.${one}`) }));
  const policies = POLICIES.map((one) => ({ value: one, label: words(`policy.${one}`) }));
  return (
    <div className={css.filters}>
      <TextInput
        type="search"
        className={css.search ?? ""}
        label={words("catalogue.search")}
        placeholder={words("catalogue.search.hint")}
        value={filter.search}
        maxLength={200}
        onChange={(event) => onFilter({ ...filter, search: event.currentTarget.value })}
      />
      <NativeSelect
        label={words("catalogue.which")}
        data={which}
        value={filter.which}
        onChange={(event) => onFilter({ ...filter, which: event.currentTarget.value as Filter["which"] })}
      />
      <NativeSelect
        label={words("catalogue.policy")}
        data={[{ value: "any", label: words("catalogue.policy.any") }, ...policies]}
        value={filter.policy}
        onChange={(event) => onFilter({ ...filter, policy: event.currentTarget.value as Filter["policy"] })}
      />
    </div>
  );
}

function IntentRow({ intent, selected }: { intent: IntentBody; selected: boolean }) {
  return (
    <li>
      <a
        className={css.row}
        href={hashOf({ page: "catalogue", intent: intent.name })}
        aria-current={selected ? "page" : undefined}
      >
        <span className={css.rowTitle} dir="auto">
          {intent.title}
        </span>
        <span className={css.rowFacts}>
          {lacksAnswer(intent) && <Chip tone="sand">{words("catalogue.noAnswer")}</Chip>}
          {intent.policy !== "automatic" && <Chip>{words(`policy.${intent.policy}`)}</Chip>}
          {intent.archived && <Chip>{words("catalogue.archived")}</Chip>}
          {intent.answer_locales.length > 1 && <Chip tone="sea">{intent.answer_locales.join(" ")}</Chip>}
          <Figure term="examples-of-an-intent">{counted("catalogue.examples", intent.examples)}</Figure>
        </span>
      </a>
    </li>
  );
}

export function IntentList({ selected, changed }: { selected: string | null; changed: number }) {
  const [filter, setFilter] = useState<Filter>({ search: "", which: "in_use", policy: "any" });
  const resource = useIntents(filter, changed);
  return (
    <>
      <Filters filter={filter} onFilter={setFilter} />
      <Reading resource={resource}>
        {({ intents }) => {
          const shown = shownIntents(intents, filter);
          const any = filter.search === "" && filter.which === "in_use" && filter.policy === "any";
          return (
            <>
              <p className={css.quiet} role="status">
                {shown.length > 0 ? (
                  <Figure term="intents-shown" linked>
                    {counted("catalogue.count", shown.length)}
                  </Figure>
                ) : (
                  words(any ? "catalogue.empty" : "catalogue.none")
                )}
              </p>
              <ul className={css.rows}>
                {shown.map((one) => (
                  <IntentRow key={one.name} intent={one} selected={one.name === selected} />
                ))}
              </ul>
              <p className={css.quiet}>
                <Meaning term="examples-of-an-intent">{words("catalogue.meaning.examples")}</Meaning>
              </p>
            </>
          );
        }}
      </Reading>
    </>
  );
}
