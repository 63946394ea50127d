/** One model that matters now, with its figures. */
import { Button } from "@mantine/core";
import { asFinePercent, moment, words, type Phrase } from "../locale/words";
import type { ModelBody } from "../wire/resources";
import { allLabels, heldBack } from "./figures";
import css from "./learning.module.css";

interface Props {
  title: string;
  hint: string;
  name: string | null;
  model: ModelBody | null;
  action?: { label: string; run: () => void };
}

const FIGURES: readonly [Phrase, "coverage" | "risk"][] = [
  ["models.coverage", "coverage"],
  ["models.risk", "risk"],
];

function Figures({ model }: { model: ModelBody }) {
  return (
    <dl className={css.figures}>
      {FIGURES.map(([phrase, field]) => {
        const value = model[field];
        return (
          <div key={field}>
            <dt>{words(phrase)}</dt>
            <dd>{value === null ? "–" : asFinePercent(value)}</dd>
          </div>
        );
      })}
      <div>
        <dt>{words("models.examples")}</dt>
        <dd>{model.examples}</dd>
      </div>
      <div>
        <dt>{words("models.all")}</dt>
        <dd>{allLabels(model)}</dd>
      </div>
      <div>
        <dt>{words("models.heldBack")}</dt>
        <dd>{heldBack(model)}</dd>
      </div>
    </dl>
  );
}

export function ModelCard({ title, hint, name, model, action }: Props) {
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
      {model && <Figures model={model} />}
      {model?.grounds === "out_of_fold" && <p className={css.quiet}>{words("models.outOfFold")}</p>}
    </section>
  );
}
