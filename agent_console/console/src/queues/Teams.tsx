/** Teams on the page of queues: who is in which, and for supervisors a dialog to change it. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "../components/Confirm";
import { Entries, Entry, EntryButton } from "../components/Entries";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { rest } from "../wire/rest";
import type { TeamBody, TeamsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./queues.module.css";
import { TeamDialog } from "./TeamDialog";

interface TeamProps {
  team: TeamBody;
  onChange: (() => void) | null;
}

function Team({ team, onChange }: TeamProps) {
  const names = team.members.map((member) => member.name).join(", ");
  const change = onChange && (
    <EntryButton onClick={onChange} label={words("teams.change.label", { name: team.name })}>
      {words("queues.change")}
    </EntryButton>
  );
  return (
    <Entry actions={change}>
      <h3 className={css.name}>
        <bdi>{team.name}</bdi>
      </h3>
      <p className={css.facts}>
        <bdi>{names || words("teams.empty")}</bdi>
        {team.queues.length > 0 && <bdi>{words("teams.queues", { names: team.queues.join(", ") })}</bdi>}
      </p>
    </Entry>
  );
}

interface Props {
  changes: boolean;
  /** Counts the changes of queues: they name teams. */
  again: number;
}

export function Teams({ changes, again }: Props) {
  const teams = useResource<TeamsBody>("teams", again);
  const [asked, setAsked] = useState<TeamBody | "new" | null>(null);
  const [deleting, setDeleting] = useState<TeamBody | null>(null);
  const action = useAction(() => undefined);
  const done = (): void => {
    setAsked(null);
    setDeleting(null);
    teams.reload();
  };
  const remove = async (team: TeamBody): Promise<void> => {
    if (await action.run(() => rest("DELETE", `teams/${encodeURIComponent(team.name)}`))) done();
  };
  return (
    <section aria-label={words("teams.title")} className={css.teams}>
      <h2>{words("teams.title")}</h2>
      <p className={css.quiet}>{words("teams.text")}</p>
      <Reading resource={teams}>
        {(body) => (
          <Entries>
            {body.teams.map((team) => (
              <Team key={team.name} team={team} onChange={changes ? () => setAsked(team) : null} />
            ))}
          </Entries>
        )}
      </Reading>
      {changes && (
        <Button variant="default" onClick={() => setAsked("new")}>
          {words("teams.add")}
        </Button>
      )}
      {asked && (
        <TeamDialog
          team={asked === "new" ? null : asked}
          onClose={() => setAsked(null)}
          onDone={done}
          onDelete={(team) => {
            setAsked(null);
            setDeleting(team);
          }}
        />
      )}
      {deleting && (
        <Confirm
          open
          danger
          busy={action.busy}
          title={words("teams.delete.title", { name: deleting.name })}
          action={words("teams.delete")}
          onConfirm={() => void remove(deleting)}
          onClose={() => setDeleting(null)}
        >
          <p>{words("teams.delete.text")}</p>
          {action.problem && <Problem>{action.problem}</Problem>}
        </Confirm>
      )}
    </section>
  );
}
