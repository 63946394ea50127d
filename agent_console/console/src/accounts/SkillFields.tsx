/** The languages and skills of an account: what queues with push go by. */
import { TextInput } from "@mantine/core";
import { words } from "../locale/words";
import { namesIn } from "../queues/draft";
import type { AccountBody } from "../wire/resources";
import css from "./accounts.module.css";

type Skills = Pick<AccountBody, "languages" | "skills">;
/** As typed: names separated by commas. */
export type SkillsDraft = Record<keyof Skills, string>;
const KINDS = ["languages", "skills"] as const;

export const skillsDraft = ({ languages, skills }: Skills): SkillsDraft => ({
  languages: languages.join(", "),
  skills: skills.join(", "),
});

export const skillsIn = ({ languages, skills }: SkillsDraft): Skills => ({
  languages: namesIn(languages.toLowerCase()),
  skills: namesIn(skills),
});

export function SkillFields({ value, onChange }: { value: SkillsDraft; onChange: (value: SkillsDraft) => void }) {
  return (
    <>
      {KINDS.map((kind) => (
        <TextInput
          key={kind}
          label={words(`accounts.${kind}`)}
          description={words(`accounts.${kind}.hint`)}
          value={value[kind]}
          onChange={(event) => onChange({ ...value, [kind]: event.currentTarget.value })}
        />
      ))}
    </>
  );
}

/** What an account can, in its line of the list; nothing where it says nothing. */
export function SkillsLine(account: Skills) {
  const said = KINDS.filter((kind) => account[kind].length > 0);
  if (said.length === 0) return null;
  return (
    <span className={css.quiet}>
      {said.map((kind) => words(`accounts.only.${kind}`, { names: account[kind].join(", ") })).join(" · ")}
    </span>
  );
}
