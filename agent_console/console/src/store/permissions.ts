/** What the reader may do, by the service's own table of permissions; the service checks each again. */
import type { Role } from "../wire/frames";
import table from "./permissions.generated.json";

export type Permission = keyof typeof table;

const roles: Readonly<Record<Permission, readonly string[]>> = table;

export const may = (me: { readonly role: Role } | null, permission: Permission): boolean =>
  me !== null && roles[permission].includes(me.role);
