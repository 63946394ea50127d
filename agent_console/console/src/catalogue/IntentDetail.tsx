/** One intent: its texts and policy, answers by locale, examples, and its history. */
import { ActionIcon, Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Confirm } from "../components/Confirm";
import { focusNext } from "../components/focus";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { ProposedAnswers } from "../answers/ProposedAnswers";
import { Reading } from "../components/Reading";
import type { IntentDetailBody } from "../wire/resources";
import { Answers } from "./Answers";
import css from "./intent.module.css";
import { Examples } from "./Examples";
import { Facts } from "./Facts";
import { History } from "./History";
import { useIntent, type Changing } from "./useIntent";

const ONE_PANE = "(max-width: 760px)";

function ArchiveButton({ intent, changing }: { intent: IntentDetailBody; changing: Changing }) {
  const [asked, setAsked] = useState(false);
  const set = async (archived: boolean): Promise<void> => {
    await changing.edit({ archived });
    setAsked(false);
  };
  if (intent.archived)
    return (
      <Button size="compact-sm" loading={changing.busy} onClick={() => void set(false)}>
        {words("catalogue.restore")}
      </Button>
    );
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
        {words("catalogue.archive")}
      </Button>
      <Confirm
        open={asked}
        danger
        busy={changing.busy}
        title={words("catalogue.archive.title", { title: intent.title })}
        action={words("catalogue.archive")}
        onConfirm={() => void set(true)}
        onClose={() => setAsked(false)}
      >
        <p>{words("catalogue.archive.text")}</p>
      </Confirm>
    </>
  );
}

function Head({
  intent,
  onBack,
  children,
}: {
  intent: IntentDetailBody;
  onBack: () => void;
  children?: React.ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (window.matchMedia(ONE_PANE).matches) focusNext(() => heading.current); // the list it was chosen from is gone
  }, []);
  return (
    <header className={css.detailHead}>
      <ActionIcon
        variant="subtle"
        color="gray"
        className={css.back ?? ""}
        aria-label={words("catalogue.back")}
        onClick={onBack}
      >
        <Icon name="back" />
      </ActionIcon>
      <div className={css.detailTitle}>
        <h2 ref={heading} tabIndex={-1} dir="auto">
          {intent.title}
        </h2>
        <code className={css.name}>{intent.name}</code> {intent.archived && <Chip>{words("catalogue.archived")}</Chip>}
      </div>
      {children}
    </header>
  );
}

interface Props {
  name: string;
  changed: number;
  mayChange: boolean;
  onBack: () => void;
}

export function IntentDetail({ name, changed, mayChange, onBack }: Props) {
  const { changing, ...resource } = useIntent(name, changed);
  return (
    <Reading resource={resource}>
      {(intent) => {
        const writable = mayChange && !intent.archived;
        return (
          <div className={css.sections}>
            <Head intent={intent} onBack={onBack}>
              {mayChange && <ArchiveButton intent={intent} changing={changing} />}
            </Head>
            {changing.problem && (
              <Problem title={words("refusal.title")} onDismiss={changing.dismiss}>
                {changing.problem}
              </Problem>
            )}
            {intent.archived && <p className={css.note}>{words("catalogue.archived.text")}</p>}
            <Facts intent={intent} changing={writable ? changing : null} />
            <Answers intent={intent} changing={writable ? changing : null} />
            <section className={css.section} aria-label={words("proposed.title")}>
              <h3>{words("proposed.title")}</h3>
              <ProposedAnswers
                key={intent.name}
                intent={intent.name}
                own={intent.locale}
                answered={intent.answers.map((one) => one.locale)}
                page
                empty={words("proposed.none")}
              />
            </section>
            <Examples intent={intent} changing={writable ? changing : null} />
            <History intent={intent} changed={changed} mayUndo={mayChange} onUndone={resource.reload} />
          </div>
        );
      }}
    </Reading>
  );
}
