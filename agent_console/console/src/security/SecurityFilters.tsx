/** Which rows of the security log are shown: by kind, and by who did it or on whom. */
import { NativeSelect } from "@mantine/core";
import { words } from "../locale/words";
import type { AccountsBody, SecurityRowBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import results from "../components/results.module.css";

export type SecurityKind = SecurityRowBody["kind"];

export interface Wanted {
  kind: SecurityKind | null;
  person: string | null;
}

/** In the order of the service's list; the types say when one is missing or too much. */
const KINDS: Record<SecurityKind, true> = {
  signed_in: true,
  sign_in_refused: true,
  sign_in_delayed: true,
  link_refused: true,
  permission_refused: true,
  follow_refused: true,
  unseen_refused: true,
  invited: true,
  invitation_withdrawn: true,
  account_made: true,
  account_disabled: true,
  account_enabled: true,
  role_changed: true,
  capacity_changed: true,
  limits_changed: true,
  skills_changed: true,
  queue_changed: true,
  password_link_made: true,
  password_reset: true,
  password_changed: true,
  session_ended: true,
  second_factor_set: true,
  second_factor_removed: true,
  second_factor_reset: true,
  second_factor_refused: true,
  recovery_code_used: true,
  catalogue_exported: true,
  contacts_exported: true,
  policy_changed: true,
  model_promoted: true,
  model_rolled_back: true,
  answers_stopped: true,
  answers_resumed: true,
  audits_a_day_changed: true,
  answering_mode_changed: true,
  accepted_error_changed: true,
  probation_changed: true,
  verified: true,
  customer_named: true,
  customer_merged: true,
  customer_reported: true,
  customer_erased: true,
  backed_up: true,
  restored: true,
};

interface Props {
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
}

export function SecurityFilters({ wanted, onChange }: Props) {
  const { value } = useResource<AccountsBody>("staff/accounts");
  const people = (value?.accounts ?? []).map((one) => ({ value: one.id, label: one.name }));
  const kinds = (Object.keys(KINDS) as SecurityKind[]).map((kind) => ({
    value: kind,
    label: words(`security.kind.${kind}`),
  }));
  const any = { value: "", label: words("history.any") };
  const others = [
    { value: "command", label: words("security.command") },
    { value: "system", label: words("security.system") },
  ];
  return (
    <div className={results.filters}>
      <NativeSelect
        label={words("security.kind")}
        data={[any, ...kinds]}
        value={wanted.kind ?? ""}
        onChange={(event) => onChange({ ...wanted, kind: (event.currentTarget.value || null) as SecurityKind | null })}
      />
      <NativeSelect
        label={words("security.person")}
        data={[any, ...people, ...others]}
        value={wanted.person ?? ""}
        onChange={(event) => onChange({ ...wanted, person: event.currentTarget.value || null })}
      />
    </div>
  );
}
