/** Ctrl+K anywhere: customers found while one types their name, address or id. */
import "../locale/pages";
import { isComposing } from "@escalation/protocol";
import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent as FieldKey } from "react";
import { Dialog } from "../components/Dialog";
import { customerName } from "../components/names";
import { Options, type TakeKey } from "../components/Options";
import { moment, words, wordsFor } from "../locale/words";
import { go } from "../store/route";
import type { FoundCustomersBody } from "../wire/resources";
import { useSiteName } from "../wire/session";
import { useResource } from "../wire/useResource";
import css from "./palette.module.css";

const ASK_AFTER_MS = 200;
const MENU_ID = "palette-options";
const IN_FRONT = "[role=dialog][aria-modal=true]";

type Found = FoundCustomersBody["customers"][number];

/** Ctrl+K opens it, also from a field; a dialog that is open stays alone. */
function useOpen(): [boolean, () => void] {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      if (!document.querySelector(IN_FRONT)) setOpen(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return [open, () => setOpen(false)];
}

/** The customers whom the words fit, asked for once nothing was typed for a moment; null while none are known. */
function useFound(text: string) {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const path = asked ? `customers?${new URLSearchParams({ words: asked }).toString()}` : null;
  const { value, error } = useResource<FoundCustomersBody>(path);
  const isFor = asked === text.trim();
  return { found: isFor ? (value?.customers ?? null) : null, error: isFor ? error : null };
}

function Customer({ found }: { found: Found }) {
  const siteName = useSiteName();
  return (
    <>
      <strong dir="auto">{customerName({ customer: found.customer, customer_name: found.name || null })}</strong>{" "}
      <span>
        {siteName(found.site)} · {words("customers.seen", { time: moment(found.last_seen) })}
      </span>
    </>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState<string>();
  const keys = useRef<TakeKey | null>(null);
  const { found, error } = useFound(text);
  const options = (found ?? []).map((one) => ({ id: one.customer, found: one }));
  const open = ({ id }: { id: string }): void => {
    onClose();
    go({ page: "customers", customer: id });
  };
  const onKeyDown = (event: FieldKey): void => {
    if (isComposing(event.nativeEvent) || event.key === "Tab") return;
    if (keys.current?.(event)) event.preventDefault();
  };
  return (
    <>
      <TextInput
        type="search"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={MENU_ID}
        aria-activedescendant={active}
        data-autofocus
        dir="auto"
        maxLength={200}
        label={words("customers.words")}
        description={words("customers.words.hint")}
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <p role="status" className={css.told}>
        {error ? wordsFor("refusal", error.code, error.message) : found?.length === 0 && words("customers.none")}
      </p>
      <Options
        id={MENU_ID}
        label={words("customers.found")}
        options={options}
        keys={keys}
        onActive={setActive}
        onPick={open}
        onClose={onClose}
      >
        {(one) => <Customer found={one.found} />}
      </Options>
    </>
  );
}

export function Palette() {
  const [open, close] = useOpen();
  return (
    <Dialog open={open} onClose={close} title={words("palette.title")}>
      <Search onClose={close} />
    </Dialog>
  );
}
