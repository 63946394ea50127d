/** Make a team, or change who is in it. */
import "@mantine/core/styles/Checkbox.layer.css";
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import type { TeamBody } from "../wire/resources";
import { rest } from "../wire/rest";
import css from "./queues.module.css";

interface Props {
  /** Null: a new one. */
  team: TeamBody | null;
  onClose: () => void;
  onDone: () => void;
  onDelete: (team: TeamBody) => void;
}

export function TeamDialog({ team, onClose, onDone, onDelete }: Props) {
  const agents = useStore((state) => state.agents);
  const [name, setName] = useState(team?.name ?? "");
  const [members, setMembers] = useState<readonly string[]>(() => team?.members.map((each) => each.id) ?? []);
  const action = useAction(() => undefined);
  const everybody = Object.values(agents).sort((a, b) => a.name.localeCompare(b.name));
  const save = async (): Promise<void> => {
    const path = `teams/${encodeURIComponent(name.trim())}`;
    if (await action.run(() => rest("PUT", path, { members }))) onDone();
  };
  return (
    <FormDialog
      title={team ? words("teams.change.label", { name: team.name }) : words("teams.add")}
      submit={words("queues.save")}
      action={action}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {!team && (
        <TextInput
          required
          data-autofocus
          withAsterisk={false}
          maxLength={40}
          label={words("teams.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <fieldset className={css.takes}>
        <legend>{words("teams.members")}</legend>
        {everybody.map((agent) => (
          <Checkbox
            key={agent.id}
            label={agent.name}
            checked={members.includes(agent.id)}
            onChange={(event) =>
              setMembers(
                event.currentTarget.checked ? [...members, agent.id] : members.filter((each) => each !== agent.id),
              )
            }
          />
        ))}
      </fieldset>
      {team && (
        <Button variant="default" color="ember" onClick={() => onDelete(team)}>
          {words("teams.delete")}
        </Button>
      )}
    </FormDialog>
  );
}
