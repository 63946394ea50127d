/** The title of an intent in another language: customers read it on the buttons that ask what was meant. */
import { Button, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { languageName, words } from "../locale/words";
import type { IntentDetailBody } from "../wire/resources";
import { useDraft } from "./draft";
import css from "./intent.module.css";
import { Moved } from "./Moved";
import type { Changing } from "./useIntent";

interface Props {
  intent: IntentDetailBody;
  locale: string;
  changing: Changing | null;
}

export function LocalTitle({ intent, locale, changing }: Props) {
  const stored = intent.titles.find((one) => one.locale === locale)?.text ?? "";
  const draft = useDraft(`${intent.name} title ${locale}`, stored);
  const language = languageName(locale);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void changing?.edit({ titles: { [locale]: draft.value.trim() || null } });
  };
  return (
    <form className={css.answerText} onSubmit={save}>
      <TextInput
        label={words("catalogue.localTitle", { language })}
        description={words("catalogue.localTitle.hint", { title: intent.title })}
        dir="auto"
        lang={locale}
        maxLength={200}
        readOnly={!changing}
        value={draft.value}
        onChange={(event) => draft.write(event.currentTarget.value)}
      />
      <Moved draft={draft} stored={stored} />
      {changing && draft.dirty && (
        <div className={css.buttons}>
          <Button
            type="submit"
            size="compact-sm"
            disabled={draft.moved}
            loading={changing.busy}
            aria-label={words("catalogue.localTitle.save", { language })}
          >
            {words("catalogue.save")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={draft.drop}>
            {words("catalogue.discard")}
          </Button>
        </div>
      )}
    </form>
  );
}
