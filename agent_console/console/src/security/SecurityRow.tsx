/** One row of the security log. */
import { Figure } from "../components/Figure";
import { moment, words, wordsFor } from "../locale/words";
import type { SecurityRowBody } from "../wire/resources";
import results from "../components/results.module.css";
import css from "./security.module.css";

function Actor({ row }: { row: SecurityRowBody }) {
  if (row.actor === "command") return <span>{words("security.by.command")}</span>;
  if (row.actor === "system") return <span>{words("security.by.system")}</span>;
  if (row.actor === "") return <span>{words("security.stranger")}</span>;
  return <bdi>{row.actor_name ?? row.actor}</bdi>;
}

function Fact({ name, value }: { name: string; value: string | number | boolean }) {
  const label = wordsFor("security.fact", name, name);
  if (value === true) return <span>{label}</span>;
  const shown =
    typeof value === "number" ? <Figure term="facts-of-the-security-log">{value}</Figure> : <bdi>{String(value)}</bdi>;
  return (
    <span>
      {label}: {shown}
    </span>
  );
}

export function SecurityRow({ row }: { row: SecurityRowBody }) {
  const others = row.subject !== "" && row.subject !== row.actor;
  return (
    <li className={css.row} data-kind={row.kind}>
      <span className={css.kind}>{words(`security.kind.${row.kind}`)}</span>
      {others && <bdi className={css.subject}>{row.subject_name ?? row.subject}</bdi>}
      <span className={results.quiet}>
        {words("security.by")} <Actor row={row} />
      </span>
      {row.address !== "" && <bdi className={results.quiet}>{row.address}</bdi>}
      <time className={results.quiet} dateTime={row.at} title={row.at}>
        {moment(row.at)}
      </time>
      {Object.entries(row.facts)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <span className={results.quiet} key={name}>
            <Fact name={name} value={value} />
          </span>
        ))}
    </li>
  );
}
