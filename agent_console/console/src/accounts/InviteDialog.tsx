/** Invite somebody by a one-use link. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { words } from "../locale/words";
import { useAction } from "../components/useAction";
import { rest } from "../wire/rest";
import type { NewLinkBody } from "../wire/resources";
import { FormDialog } from "./FormDialog";
import { RoleFields, type RoleChoice } from "./RoleFields";
import { NO_LIMITS, ScopeFields } from "./ScopeFields";

const TYPICAL: RoleChoice = { role: "agent", capacity: 4 };

export function InviteDialog({ onClose, onLink }: { onClose: () => void; onLink: (link: NewLinkBody) => void }) {
  const [email, setEmail] = useState("");
  const [choice, setChoice] = useState(TYPICAL);
  const [limits, setLimits] = useState(NO_LIMITS);
  const action = useAction(() => undefined);
  const invite = (): void =>
    void action.run(async () =>
      onLink(await rest<NewLinkBody>("POST", "staff/invitations", { email, ...choice, ...limits })),
    );
  return (
    <FormDialog
      title={words("accounts.invite")}
      submit={words("accounts.invite.submit")}
      action={action}
      onSubmit={invite}
      onClose={onClose}
    >
      <TextInput
        type="email"
        required
        withAsterisk={false}
        data-autofocus
        label={words("signin.email")}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <RoleFields value={choice} onChange={setChoice} />
      {choice.role !== "admin" && <ScopeFields value={limits} onChange={setLimits} />}
    </FormDialog>
  );
}
