/** Hard conversations as sums of teams; nothing of single people. */
import "@mantine/core/styles/Table.layer.css";
import { Table } from "@mantine/core";
import { Figure, Meaning, type Term } from "../components/Figure";
import { Reading } from "../components/Reading";
import { asFinePercent, words, type Phrase } from "../locale/words";
import type { TeamWorkloadsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { asCount } from "./figures";
import css from "./reports.module.css";

type Team = TeamWorkloadsBody["teams"][number];

const COLUMNS: readonly [Phrase, Term, (team: Team) => string][] = [
  ["workload.teams.people", "team", (team) => asCount(team.people)],
  ["workload.teams.conversations", "hard-conversation", (team) => asCount(team.conversations)],
  ["workload.teams.hard", "hard-conversation", (team) => asCount(team.hard)],
  ["workload.teams.evenness", "evenly-shared", ({ evenness }) => (evenness === null ? "–" : asFinePercent(evenness))],
];

function Teams({ teams }: { teams: readonly Team[] }) {
  if (teams.length === 0) return <p className={css.quiet}>{words("workload.teams.none")}</p>;
  return (
    <section className={css.tableBox} aria-label={words("workload.teams")} tabIndex={0}>
      <Table verticalSpacing={4} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words("workload.teams.team")}</Table.Th>
            {COLUMNS.map(([name, term]) => (
              <Table.Th key={name}>
                <Meaning term={term}>{words(name)}</Meaning>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {teams.map((team) => (
            <Table.Tr key={team.name}>
              <Table.Th scope="row">
                <bdi>{team.name}</bdi>
              </Table.Th>
              {COLUMNS.map(([name, term, value]) => (
                <Table.Td key={name}>
                  <Figure term={term}>{value(team)}</Figure>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

export function TeamWorkloads() {
  const resource = useResource<TeamWorkloadsBody>("workload/teams");
  return (
    <>
      <h2 className={css.heading}>{words("workload.teams")}</h2>
      <Reading resource={resource}>
        {({ teams, days, fewest }) => (
          <>
            <p className={css.quiet}>{words("workload.teams.lead", { days, fewest })}</p>
            <Teams teams={teams} />
          </>
        )}
      </Reading>
    </>
  );
}
