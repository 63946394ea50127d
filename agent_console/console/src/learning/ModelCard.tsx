/** One model that matters now, with its figures. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { moment, words } from "../locale/words";
import type { ModelBody } from "../wire/resources";
import css from "./learning.module.css";
import { ALL_MEASURES, Measures } from "./Measures";

interface Props {
  title: string;
  hint: string;
  standing?: ReactNode;
  name: string | null;
  model: ModelBody | null;
  action?: { label: string; run: () => void };
}

export function ModelCard({ title, hint, standing, name, model, action }: Props) {
  return (
    <section className={css.card}>
      <header>
        <h2>{title}</h2>
        <strong className={css.modelName}>{name ?? words("models.none")}</strong>
        {model && (
          <time className={css.quiet} dateTime={model.created_at}>
            {moment(model.created_at)}
          </time>
        )}
        {action && (
          <Button size="compact-sm" variant="default" onClick={action.run} className={css.push ?? ""}>
            {action.label}
          </Button>
        )}
      </header>
      <p className={css.quiet}>{hint}</p>
      {standing && <p className={css.quiet}>{standing}</p>}
      {model && <Measures model={model} shown={ALL_MEASURES} />}
      {model?.grounds === "out_of_fold" && <p className={css.quiet}>{words("models.outOfFold")}</p>}
    </section>
  );
}
