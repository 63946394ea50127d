/** The person's own menu, behind their initials. */
import { Suspense, useState } from "react";
import { words } from "../locale/words";
import { lazily } from "../components/lazily";
import { MenuButton } from "../components/MenuButton";
import { useSignedIn } from "../wire/session";
import css from "./header.module.css";

const AlertsDialog = lazily(() => import("../alerts/AlertsDialog").then((file) => file.AlertsDialog));
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
  const [open, setOpen] = useState(false);
  const button = (
    <button type="button" className={css.avatar}>
      <span className="hidden-text">{words("account.menu", { name: me.name })}</span>
      <span aria-hidden="true">{initials(me.name)}</span>
    </button>
  );
  return (
    <>
      <MenuButton button={button} fetchItems={fetchItems}>
        {(AccountItems) => <AccountItems onKeys={onKeys} onAlerts={() => setOpen(true)} />}
      </MenuButton>
      <Suspense fallback={null}>{open && <AlertsDialog onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
