/** Change the role or capacity of an account, its languages and skills, or what it sees. */
import { useState } from "react";
import { words } from "../locale/words";
import { useAction } from "../components/useAction";
import { rest } from "../wire/rest";
import type { AccountBody } from "../wire/resources";
import { FormDialog } from "./FormDialog";
import { RoleFields, type RoleChoice } from "./RoleFields";
import { ScopeFields, type Limits } from "./ScopeFields";
import { SkillFields, skillsDraft, skillsIn, type SkillsDraft } from "./SkillFields";

export function AccountDialog(props: { account: AccountBody; onClose: () => void; onDone: () => void }) {
  const { account, onClose, onDone } = props;
  const [choice, setChoice] = useState<RoleChoice>({ role: account.role, capacity: account.capacity });
  const [skills, setSkills] = useState<SkillsDraft>(() => skillsDraft(account));
  const [limits, setLimits] = useState<Limits>({ sites: account.sites, queues: account.queues });
  const action = useAction(() => undefined);
  const save = async (): Promise<void> => {
    if (await action.run(() => rest("PATCH", `staff/${account.id}`, { ...choice, ...limits, ...skillsIn(skills) })))
      onDone();
  };
  return (
    <FormDialog
      title={words("accounts.change.label", { name: account.name })}
      submit={words("accounts.save")}
      action={action}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <RoleFields value={choice} onChange={setChoice} />
      <SkillFields value={skills} onChange={setSkills} />
      {choice.role !== "admin" && <ScopeFields value={limits} onChange={setLimits} />}
    </FormDialog>
  );
}
