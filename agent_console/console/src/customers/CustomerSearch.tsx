/** Finding customers by name, address or id: the form, and what is shown of those who were found. */
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { Reading } from "../components/Reading";
import { words } from "../locale/words";
import type { FoundCustomersBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./customers.module.css";

/** Null for nothing asked. */
const pathOf = (asked: string): string | null =>
  asked ? `customers?${new URLSearchParams({ words: asked }).toString()}` : null;

interface Props {
  /** In a dialog it has the focus and no hint, and searching is not what the dialog is for. */
  inDialog?: boolean;
  children: (customers: FoundCustomersBody["customers"]) => ReactNode;
}

export function CustomerSearch({ inDialog = false, children }: Props) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const resource = useResource<FoundCustomersBody>(pathOf(asked));
  const search = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(text.trim());
  };
  return (
    <>
      <form className={css.search} role="search" onSubmit={search}>
        <TextInput
          type="search"
          dir="auto"
          maxLength={200}
          label={words("customers.words")}
          description={inDialog ? null : words("customers.words.hint")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus={inDialog || undefined}
        />
        <Button type="submit" variant={inDialog ? "default" : "filled"}>
          {words("customers.search")}
        </Button>
      </form>
      {asked && <Reading resource={resource}>{({ customers }) => children(customers)}</Reading>}
    </>
  );
}
