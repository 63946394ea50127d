/** Who else is in this conversation: who has it open, who writes beside its agent, and the way in and out. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { words } from "../locale/words";
import { Icon } from "../components/Icon";
import type { Control } from "../store/control";
import { isSenior } from "../store/control";
import { useStore } from "../store/store";
import { command } from "../wire/commands";
import css from "./together.module.css";

function Action({ conversation, type }: { conversation: string; type: "barge_in" | "leave" }) {
  const busy = useStore((state) => state.commands.find((one) => one.conversation === conversation)?.type === type);
  return (
    <Button size="compact-sm" variant="default" loading={busy} onClick={() => command(type, conversation)}>
      {words(`together.${type}`)}
    </Button>
  );
}

/** In whose words it is said: to who joined, to the agent, or to others. */
function joinedWords(control: Control, name: string, id: string, me: string | undefined): string {
  const owner = control.ownerName ?? words("author.agent");
  if (id === me) return words("together.joined.you", { owner });
  return control.owner === me ? words("together.joined.beside", { name }) : words("together.joined", { name, owner });
}

export function Together({ conversation, control }: { conversation: string; control: Control | null }) {
  const me = useStore((state) => state.me);
  const viewers = useStore((state) => state.viewers[conversation] ?? null);
  const joined = control?.joined ?? [];
  const mine = joined.some(({ agent_id }) => agent_id === me?.id);
  const mayJoin = control?.status === "assigned" && control.owner !== me?.id && isSenior(me) && !mine;
  const others = (viewers ?? []).map(({ name }) => name);
  if (joined.length === 0 && others.length === 0 && !mayJoin) return null;
  return (
    <div className={css.together}>
      {others.length > 0 && (
        <span role="status">
          <Icon name="person" size={13} /> {words("together.viewing", { names: others.join(", ") })}
        </span>
      )}
      {joined.map(({ agent_id, name }) => (
        <strong key={agent_id} role="status">
          {joinedWords(control!, name, agent_id, me?.id)}
        </strong>
      ))}
      {mayJoin && <Action conversation={conversation} type="barge_in" />}
      {mine && <Action conversation={conversation} type="leave" />}
    </div>
  );
}
