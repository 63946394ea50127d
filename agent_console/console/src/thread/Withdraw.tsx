/** A supervisor takes back what an agent closed a conversation as, after being asked once more. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { words } from "../locale/words";
import { Confirm } from "../components/Confirm";
import { useStore } from "../store/store";
import { command } from "../wire/commands";

export function Withdraw({ conversation }: { conversation: string }) {
  const busy = useStore((state) =>
    state.commands.some((c) => c.conversation === conversation && c.type === "withdraw_resolution"),
  );
  const [asking, setAsking] = useState(false);
  const confirm = (): void => {
    setAsking(false);
    command("withdraw_resolution", conversation);
  };
  return (
    <>
      <Button size="compact-md" variant="default" loading={busy} onClick={() => setAsking(true)}>
        {words("action.withdraw")}
      </Button>
      <Confirm
        open={asking}
        danger
        title={words("withdraw.title")}
        action={words("withdraw.confirm")}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        {words("withdraw.text")}
      </Confirm>
    </>
  );
}
