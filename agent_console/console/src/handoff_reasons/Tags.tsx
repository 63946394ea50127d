/** The conversation's tags: what it is about for the team, whoever has it. */
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { words } from "../locale/words";
import { Chip } from "../components/Chip";
import { useStore } from "../store/store";
import { commandWith } from "../wire/commands";
import css from "./handoff_reasons.module.css";

const FORM = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** What is typed, as a tag: `Late parcel` is `late-parcel`. */
const tagOf = (typed: string): string => typed.trim().toLowerCase().replace(/\s+/g, "-");

const NONE: readonly string[] = [];

export function Tags({ conversation }: { conversation: string }) {
  const tags = useStore((state) => state.threads[conversation]?.control?.tags ?? NONE);
  const busy = useStore((state) =>
    state.commands.some((c) => c.type === "set_tags" && c.conversation === conversation),
  );
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const set = (next: readonly string[]): void => void commandWith("set_tags", conversation, { tags: [...next] });
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const tag = tagOf(typed);
    if (tag === "") return;
    if (!FORM.test(tag)) return setWrong(true);
    setTyped("");
    if (!tags.includes(tag)) set([...tags, tag]);
  };
  return (
    <section>
      <h2>{words("tags.title")}</h2>
      {tags.length > 0 && (
        <ul className={css.tags}>
          {tags.map((tag) => (
            <li key={tag}>
              <Chip tone="quiet">{tag}</Chip>
              <Button
                size="compact-xs"
                variant="subtle"
                disabled={busy}
                aria-label={words("tags.remove", { tag })}
                onClick={() => set(tags.filter((one) => one !== tag))}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form className={css.tagForm} onSubmit={add}>
        <TextInput
          size="xs"
          aria-label={words("tags.new")}
          placeholder={words("tags.new")}
          maxLength={40}
          value={typed}
          error={wrong && words("tags.wrong")}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setWrong(false);
          }}
        />
        <Button size="compact-sm" type="submit" variant="default" loading={busy}>
          {words("tags.add")}
        </Button>
      </form>
    </section>
  );
}
