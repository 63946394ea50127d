/** Role and capacity, as an invitation and a change ask for them. */
import { NativeSelect, TextInput } from "@mantine/core";
import { words } from "../locale/words";
import type { AccountBody } from "../wire/resources";

export type Role = AccountBody["role"];
const ROLES: readonly Role[] = ["agent", "auditor", "supervisor", "trainer", "admin"];

export interface RoleChoice {
  role: Role;
  capacity: number;
}

export function RoleFields({ value, onChange }: { value: RoleChoice; onChange: (value: RoleChoice) => void }) {
  return (
    <>
      <NativeSelect
        label={words("accounts.role")}
        description={words(`accounts.role.${value.role}`)}
        value={value.role}
        data={ROLES.map((role) => ({ value: role, label: words(`role.${role}`) }))}
        onChange={(event) => onChange({ ...value, role: event.currentTarget.value as Role })}
      />
      <TextInput
        type="number"
        min={1}
        max={100}
        required
        withAsterisk={false}
        label={words("accounts.capacity")}
        description={words("accounts.capacity.hint")}
        value={value.capacity || ""}
        onChange={(event) => onChange({ ...value, capacity: Number(event.currentTarget.value) })}
      />
    </>
  );
}
