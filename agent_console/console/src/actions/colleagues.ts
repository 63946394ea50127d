/** Who can be given a conversation: those who are there, the freest first. Pure. */
import type { AgentView } from "../wire/frames";

/** Whom to propose a conversation to, or whom a supervisor gives one to. */
export type Choosing = "offer" | "assign";

const free = (agent: AgentView): number => agent.capacity - agent.load;
const rank = (agent: AgentView): number => (agent.availability === "online" ? 0 : 1);

export function colleagues(agents: Record<string, AgentView>, except: readonly (string | null)[]): AgentView[] {
  return Object.values(agents)
    .filter((agent) => agent.availability !== "offline" && !except.includes(agent.id))
    .sort((a, b) => rank(a) - rank(b) || free(b) - free(a) || a.name.localeCompare(b.name));
}

type Member = { readonly members: readonly { readonly id: string }[] };

/** Who of a team is online with the most room, if anybody is. */
export function memberOf(
  team: Member,
  agents: Record<string, AgentView>,
  except: readonly (string | null)[],
): string | null {
  const found = colleagues(agents, except).find(
    (agent) => agent.availability === "online" && free(agent) > 0 && team.members.some(({ id }) => id === agent.id),
  );
  return found?.id ?? null;
}
