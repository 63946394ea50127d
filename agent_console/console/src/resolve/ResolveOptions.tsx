/** The rest of a resolution: how it ended, which reply to learn, which may be long, and whether to learn at all. */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Radio.layer.css";
import { MAX_TEXT } from "@escalation/protocol";
import { Checkbox, Radio, SegmentedControl, Textarea } from "@mantine/core";
import { words } from "../locale/words";
import type { Resolution } from "../wire/commands";
import { FollowUpChoice } from "./FollowUpChoice";
import { isReplyUse, type NoReply, type ReplyUse } from "./reply";
import css from "./resolve.module.css";

export interface Options {
  /** What to learn of the reply; null while nobody has chosen, and what fits the intent is shown. */
  reply: ReplyUse | null;
  /** The reply as edited for learning; null while it is as it was sent. */
  edited: string | null;
  learn: boolean;
  outcome: Resolution["outcome"];
  /** When to write to the customer again, as a field of date and time has it; null: not planned. */
  followUp: string | null;
}

interface Props {
  options: Options;
  /** What will be done with the reply. */
  use: ReplyUse;
  /** Why no reply can be learnt; null where one can. */
  noReply: NoReply | null;
  /** The agent's last reply, as it was sent. */
  reply: string;
  onOptions: (options: Options) => void;
}

const OUTCOMES = ["solved", "follow_up", "abandoned"] as const;
const USES = ["last", "edit", "none"] as const;

function ReplyToLearn({ options, use, noReply, reply, onOptions }: Props) {
  return (
    <div>
      <Radio.Group
        size="sm"
        label={words("resolve.reply")}
        value={use}
        onChange={(value) => isReplyUse(value) && onOptions({ ...options, reply: value })}
      >
        <div className={css.inline}>
          {USES.map((one) => (
            <Radio
              key={one}
              size="sm"
              value={one}
              label={words(`resolve.reply.${one}`)}
              disabled={noReply !== null && one !== "none"}
            />
          ))}
        </div>
      </Radio.Group>
      {noReply && <p className={css.hint}>{words(`resolve.reply.${noReply}`)}</p>}
      {use === "last" && (
        <p className={css.hint}>
          <q dir="auto">{reply}</q>
        </p>
      )}
      {use === "edit" && (
        <Textarea
          size="sm"
          mt={6}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={MAX_TEXT}
          dir="auto"
          aria-label={words("resolve.reply.text")}
          description={words("resolve.reply.text.hint")}
          value={options.edited ?? reply}
          onChange={(event) => onOptions({ ...options, edited: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

export function ResolveOptions(props: Props) {
  const { options, onOptions } = props;
  return (
    <div className={css.options}>
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
      <FollowUpChoice at={options.followUp} onAt={(followUp) => onOptions({ ...options, followUp })} />
      <ReplyToLearn {...props} />
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
