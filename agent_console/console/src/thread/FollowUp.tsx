/** Who means to write to the customer again, and when; in a closed conversation also the way to plan it. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { Chip } from "../components/Chip";
import { ask } from "../actions/asked";
import { dateAndTime, words } from "../locale/words";
import { isSenior, type Control } from "../store/control";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import { command } from "../wire/commands";

interface Props {
  conversation: string;
  control: Control;
}

export function FollowUp({ conversation, control }: Props) {
  const me = useStore((state) => state.me);
  const busy = useStore((state) => state.commands.some((one) => one.conversation === conversation));
  const plan = control.followUp;
  const name = useStore((state) => (plan ? state.agents[plan.agent_id]?.name : undefined)) ?? words("author.agent");
  if (!plan) {
    if (!may(me, "work_conversations")) return null;
    return (
      <Button size="compact-md" variant="default" onClick={() => ask("followUp", conversation)}>
        {words("followUp.plan")}
      </Button>
    );
  }
  const own = plan.agent_id === me?.id;
  const time = dateAndTime(new Date(plan.at));
  return (
    <>
      <Chip tone="sand">{own ? words("followUp.own", { time }) : words("followUp.others", { time, name })}</Chip>
      {(own || control.owner === me?.id || isSenior(me)) && (
        <Button
          size="compact-md"
          variant="default"
          loading={busy}
          onClick={() => command("cancel_follow_up", conversation)}
        >
          {words("followUp.cancel")}
        </Button>
      )}
    </>
  );
}
