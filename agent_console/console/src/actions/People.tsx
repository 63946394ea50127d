/** Colleagues to choose from, each with what they hold of what they can hold. */
import { Button } from "@mantine/core";
import { words } from "../locale/words";
import { Figure, Meaning } from "../components/Figure";
import { useStore } from "../store/store";
import type { AgentView } from "../wire/frames";
import css from "./actions.module.css";
import { colleagues, type Choosing } from "./colleagues";

function notFor(agent: AgentView, choosing: Choosing): string | null {
  if (choosing === "offer" && agent.availability === "away") return words("people.away");
  if (choosing === "offer" && agent.load >= agent.capacity) return words("people.full");
  return null;
}

function Detail({ agent, choosing }: { agent: AgentView; choosing: Choosing }) {
  const load = words("people.load", { load: agent.load, capacity: agent.capacity });
  const why = notFor(agent, choosing) ?? (agent.availability === "away" ? words("people.away") : null);
  return (
    <span className={css.detail}>
      <Figure term="capacity-load">{load}</Figure>
      {why && ` · ${why}`}
    </span>
  );
}

interface Props {
  choosing: Choosing;
  except: readonly (string | null)[];
  onChoose: (agent: AgentView) => void;
}

export function People({ choosing, except, onChoose }: Props) {
  const agents = useStore((state) => state.agents);
  const found = colleagues(agents, except);
  if (found.length === 0) return <p className={css.none}>{words("people.none")}</p>;
  return (
    <>
      <ul className={css.choices}>
        {found.map((agent) => (
          <li key={agent.id}>
            <Button
              fullWidth
              variant="default"
              justify="space-between"
              disabled={notFor(agent, choosing) !== null}
              onClick={() => onChoose(agent)}
              rightSection={<Detail agent={agent} choosing={choosing} />}
            >
              <bdi>{agent.name}</bdi>
            </Button>
          </li>
        ))}
      </ul>
      <p className={css.meaning}>
        <Meaning term="capacity-load" apart>
          {words("people.load.meaning")}
        </Meaning>
      </p>
    </>
  );
}
