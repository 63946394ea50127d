/** The person's own menu, behind their initials. */
import { Suspense, useState } from "react";
import { words } from "../locale/words";
import { lazily } from "../components/lazily";
import { MenuButton } from "../components/MenuButton";
import { useSignedIn } from "../wire/session";
import css from "./shell.module.css";

const StaffDialog = lazily(() => import("./StaffDialog").then((file) => file.StaffDialog));
const fetchItems = () => import("./AccountItems").then((file) => file.AccountItems);

function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ""]
    .map((part) => part?.[0] ?? "")
    .join("")
    .toUpperCase();
}

export function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const { me } = useSignedIn();
  const [staff, setStaff] = useState(false);
  const button = (
    <button type="button" className={css.avatar}>
      <span className="hidden-text">{words("account.menu", { name: me.name })}</span>
      <span aria-hidden="true">{initials(me.name)}</span>
    </button>
  );
  return (
    <>
      <MenuButton button={button} fetchItems={fetchItems}>
        {(AccountItems) => <AccountItems onKeys={onKeys} onStaff={me.role === "admin" ? () => setStaff(true) : null} />}
      </MenuButton>
      {staff && (
        <Suspense fallback={null}>
          <StaffDialog onClose={() => setStaff(false)} />
        </Suspense>
      )}
    </>
  );
}
