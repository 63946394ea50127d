/** The approved answers of an intent, one a locale, each with what the customer will see, and titles beside them. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { languageName, words } from "../locale/words";
import type { IntentDetailBody } from "../wire/resources";
import css from "./intent.module.css";
import { useDraft } from "./draft";
import { answerLocales, asLocale } from "./intents";
import { LocalTitle } from "./LocalTitle";
import { Moved } from "./Moved";
import { Preview } from "./Preview";
import type { Changing } from "./useIntent";

interface AnswerProps {
  intent: IntentDetailBody;
  locale: string;
  changing: Changing | null;
}

function Answer({ intent, locale, changing }: AnswerProps) {
  const stored = intent.answers.find((one) => one.locale === locale)?.text ?? "";
  const draft = useDraft(`${intent.name} answer ${locale}`, stored);
  const own = locale === intent.locale;
  const label = words(own ? "catalogue.answer.own" : "catalogue.answer", { language: languageName(locale), locale });
  const send = (text: string | null): void => void changing?.edit({ answers: { [locale]: text } });
  const withdraw = (): void => {
    draft.drop();
    send(null);
  };
  return (
    <li className={css.answer}>
      <div className={css.answerText}>
        {!own && <LocalTitle intent={intent} locale={locale} changing={changing} />}
        <Textarea
          label={label}
          dir="auto"
          lang={locale}
          rows={5}
          resize="vertical"
          classNames={{ input: css.grows ?? "" }}
          maxLength={4_000}
          readOnly={!changing}
          value={draft.value}
          onChange={(event) => draft.write(event.currentTarget.value)}
        />
        <Moved draft={draft} stored={stored} />
        {changing && (
          <div className={css.buttons}>
            <Button
              size="compact-sm"
              disabled={!draft.dirty || draft.moved || draft.value.trim() === ""}
              loading={changing.busy}
              aria-label={words("catalogue.answer.save.label", { language: languageName(locale) })}
              onClick={() => send(draft.value.trim())}
            >
              {words("catalogue.answer.save")}
            </Button>
            {draft.dirty && (
              <Button size="compact-sm" variant="default" onClick={draft.drop}>
                {words("catalogue.discard")}
              </Button>
            )}
            {stored !== "" && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words("catalogue.answer.withdraw.label", { language: languageName(locale) })}
                onClick={withdraw}
              >
                {words("catalogue.answer.withdraw")}
              </Button>
            )}
          </div>
        )}
      </div>
      <Preview text={draft.value} locale={locale} />
    </li>
  );
}

function AddLocale({ onAdd }: { onAdd: (locale: string) => void }) {
  const [typed, setTyped] = useState("");
  const locale = asLocale(typed);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (locale) onAdd(locale);
    setTyped("");
  };
  return (
    <form className={css.add} onSubmit={add}>
      <TextInput
        label={words("catalogue.locale")}
        description={words("catalogue.locale.hint")}
        placeholder="de"
        maxLength={35}
        value={typed}
        error={typed !== "" && !locale && words("catalogue.locale.wrong")}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!locale}>
        {words("catalogue.locale.add")}
      </Button>
    </form>
  );
}

export function Answers({ intent, changing }: { intent: IntentDetailBody; changing: Changing | null }) {
  const [added, setAdded] = useState<readonly string[]>([]);
  return (
    <section className={css.section} aria-label={words("catalogue.answers")}>
      <h3>{words("catalogue.answers")}</h3>
      <p className={css.quiet}>{words("catalogue.answers.hint", { language: languageName(intent.locale) })}</p>
      {intent.policy === "always_handoff" && <p className={css.note}>{words("catalogue.answers.handoff")}</p>}
      <ul className={css.answers}>
        {answerLocales(intent, added).map((locale) => (
          <Answer key={locale} intent={intent} locale={locale} changing={changing} />
        ))}
      </ul>
      {changing && <AddLocale onAdd={(locale) => setAdded([...added, locale])} />}
    </section>
  );
}
