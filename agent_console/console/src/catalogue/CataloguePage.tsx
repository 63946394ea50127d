/** The catalogue: the intents in a list, and one of them with its texts, answers, examples and history. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { Suspense, useState } from "react";
import { words } from "../locale/words";
import { lazily } from "../components/lazily";
import { go } from "../store/route";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import { useSignedIn } from "../wire/session";
import css from "./catalogue.module.css";
import { ExportMenu } from "./ExportMenu";
import { IntentDetail } from "./IntentDetail";
import { IntentList } from "./IntentList";
import { NewIntentDialog } from "./NewIntentDialog";

const ImportDialog = lazily(() => import("./ImportDialog").then((file) => file.ImportDialog));

function Actions() {
  const [open, setOpen] = useState<"new" | "import" | null>(null);
  const close = (): void => setOpen(null);
  return (
    <div className={css.actions}>
      <Button size="compact-sm" onClick={() => setOpen("new")}>
        {words("catalogue.new")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setOpen("import")}>
        {words("catalogue.import")}
      </Button>
      <ExportMenu />
      {open === "new" && <NewIntentDialog onClose={close} />}
      <Suspense>{open === "import" && <ImportDialog onClose={close} />}</Suspense>
    </div>
  );
}

export function CataloguePage({ selected }: { selected: string | null }) {
  const { me } = useSignedIn();
  const mayChange = may(me, "edit_catalogue");
  const changed = useStore((state) => state.catalogueChanged);
  return (
    <main className={css.page} data-selected={selected !== null}>
      <h1 className="hidden-text">{words("catalogue.title")}</h1>
      <section className={css.list} aria-label={words("catalogue.intents")}>
        <header className={css.head}>
          <span className={css.title} aria-hidden="true">
            {words("catalogue.title")}
          </span>
          {mayChange ? <Actions /> : <p className={css.quiet}>{words("learning.readOnly")}</p>}
        </header>
        <IntentList selected={selected} changed={changed} />
      </section>
      <section className={css.detail} aria-label={words("catalogue.intent")}>
        {selected === null ? (
          <p className={css.nothing}>{words("catalogue.choose")}</p>
        ) : (
          <IntentDetail
            key={selected}
            name={selected}
            changed={changed}
            mayChange={mayChange}
            onBack={() => go({ page: "catalogue", intent: null })}
          />
        )}
      </section>
    </main>
  );
}
