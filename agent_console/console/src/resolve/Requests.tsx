/** Several requests in one message: each with its own words and its own label, or all as one. */
import "../locale/pages";
import { Button, SegmentedControl } from "@mantine/core";
import { words } from "../locale/words";
import type { PartView } from "../wire/frames";
import type { IntentBody } from "../wire/resources";
import { IntentPicker } from "./IntentPicker";
import { isLabel, type PartChoice } from "./parts";
import css from "./resolve.module.css";

interface Props {
  requests: readonly PartView[];
  intents: readonly IntentBody[];
  choices: readonly (PartChoice | null)[];
  /** The request that the keys are for. */
  active: number;
  onActive: (at: number) => void;
  onChoice: (at: number, choice: PartChoice | null) => void;
}

/** Whether each is labelled by itself. */
export function ApartOrOne({ apart, onApart }: { apart: boolean; onApart: (apart: boolean) => void }) {
  return (
    <div className={css.apart}>
      <span>{words("requests.found")}</span>
      <SegmentedControl
        size="xs"
        aria-label={words("requests.found")}
        value={apart ? "apart" : "one"}
        data={(["apart", "one"] as const).map((value) => ({ value, label: words(`requests.${value}`) }))}
        onChange={(value) => onApart(value === "apart")}
      />
    </div>
  );
}

export function Requests({ requests, intents, choices, active, onActive, onChoice }: Props) {
  return (
    <ol className={css.requests}>
      {requests.map(({ start, text, guesses }, at) => {
        const choice = choices[at] ?? null;
        const leftOut = choice?.kind === "left_out";
        return (
          <li key={start} data-active={at === active} onFocus={() => onActive(at)}>
            <div role="group" aria-label={words("requests.nth", { number: at + 1 })}>
              <h4>
                {words("requests.nth", { number: at + 1 })}: <q dir="auto">{text}</q>
              </h4>
              <IntentPicker
                guesses={guesses.slice(0, 3)}
                intents={intents}
                choice={isLabel(choice) ? choice : null}
                onChoice={(chosen) => onChoice(at, chosen)}
                hasKeys={at === active}
              >
                <Button
                  size="compact-sm"
                  variant={leftOut ? "filled" : "default"}
                  aria-pressed={leftOut}
                  onClick={() => onChoice(at, { kind: "left_out" })}
                  title={words("requests.leftOut.hint")}
                >
                  {words("requests.leftOut")}
                </Button>
              </IntentPicker>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
