/** The rest of a resolution: what to learn from it, and how it ended. */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Radio.layer.css";
import { Checkbox, Radio, SegmentedControl } from "@mantine/core";
import { words } from "../locale/words";
import type { Resolution } from "../wire/commands";
import css from "./resolve.module.css";

export interface Options {
  useReply: boolean;
  learn: boolean;
  outcome: Resolution["outcome"];
}

interface Props {
  options: Options;
  hasReply: boolean;
  onOptions: (options: Options) => void;
}

const OUTCOMES = ["solved", "follow_up", "abandoned"] as const;

export function ResolveOptions({ options, hasReply, onOptions }: Props) {
  return (
    <div className={css.options}>
      <Radio.Group
        size="sm"
        label={words("resolve.reply")}
        value={options.useReply && hasReply ? "last" : "none"}
        onChange={(value) => onOptions({ ...options, useReply: value === "last" })}
      >
        <div className={css.inline}>
          <Radio size="sm" value="last" label={words("resolve.reply.last")} disabled={!hasReply} />
          <Radio
            size="sm"
            value="none"
            label={hasReply ? words("resolve.reply.none") : words("resolve.reply.noneYet")}
          />
        </div>
      </Radio.Group>
      <div>
        <span className={css.label} id="outcome-label">
          {words("resolve.outcome")}
        </span>
        <SegmentedControl
          size="xs"
          fullWidth
          value={options.outcome}
          aria-labelledby="outcome-label"
          data={OUTCOMES.map((value) => ({ value, label: words(`resolve.outcome.${value}`) }))}
          onChange={(value) => onOptions({ ...options, outcome: value })}
        />
      </div>
      <Checkbox
        size="sm"
        checked={!options.learn}
        label={words("resolve.learn")}
        description={words("resolve.learn.hint")}
        onChange={(event) => onOptions({ ...options, learn: !event.currentTarget.checked })}
      />
    </div>
  );
}
