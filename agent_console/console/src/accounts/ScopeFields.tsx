/** The sites and queues whose conversations an account sees, as an invitation and a change ask for them. */
import "@mantine/core/styles/Checkbox.layer.css";
import { Checkbox } from "@mantine/core";
import { words } from "../locale/words";
import { useSignedIn } from "../wire/session";
import type { AccountBody } from "../wire/resources";
import css from "./accounts.module.css";

export type Limits = Pick<AccountBody, "sites" | "queues">;
type Kind = keyof Limits;
export const NO_LIMITS: Limits = { sites: [], queues: [] };

interface ChoiceProps {
  kind: Kind;
  /** Each with the name that people read. */
  options: Readonly<Record<string, string>>;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function Choice({ kind, options, chosen, onChange }: ChoiceProps) {
  const toggled = (name: string): string[] =>
    chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name];
  return (
    <fieldset className={css.choice}>
      <legend>{words(`accounts.${kind}`)}</legend>
      {Object.entries(options).map(([name, label]) => (
        <Checkbox key={name} label={label} checked={chosen.includes(name)} onChange={() => onChange(toggled(name))} />
      ))}
    </fieldset>
  );
}

/** What could be chosen: what the operator has set, and what the account still names. */
const offered = (known: Readonly<Record<string, string>>, chosen: readonly string[]): Record<string, string> => ({
  ...Object.fromEntries(chosen.map((name) => [name, name])),
  ...known,
});

export function ScopeFields({ value, onChange }: { value: Limits; onChange: (value: Limits) => void }) {
  const { sites, queues } = useSignedIn();
  const all: Record<Kind, Record<string, string>> = {
    sites: offered(sites, value.sites),
    queues: offered(Object.fromEntries(queues.map((name) => [name, name])), value.queues),
  };
  const kinds = (["sites", "queues"] as const).filter((kind) => Object.keys(all[kind]).length > 1);
  if (kinds.length === 0) return null;
  return (
    <>
      {kinds.map((kind) => (
        <Choice
          key={kind}
          kind={kind}
          options={all[kind]}
          chosen={value[kind]}
          onChange={(chosen) => onChange({ ...value, [kind]: chosen })}
        />
      ))}
      <p className={css.quiet}>{words("accounts.limits.hint")}</p>
    </>
  );
}

/** What an account is limited to, in its line of the list; nothing where it sees everything. */
export function LimitsLine({ role, sites, queues }: Limits & Pick<AccountBody, "role">) {
  const names = useSignedIn().sites;
  if (role === "admin" || sites.length + queues.length === 0) return null;
  return (
    <span className={css.quiet}>
      {sites.length > 0 && words("accounts.only.sites", { names: sites.map((id) => names[id] ?? id).join(", ") })}
      {sites.length > 0 && queues.length > 0 && " · "}
      {queues.length > 0 && words("accounts.only.queues", { names: queues.join(", ") })}
    </span>
  );
}
