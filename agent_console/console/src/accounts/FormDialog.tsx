/** A dialog that is one form: what it asks, what was refused, and its button. */
import "@mantine/core/styles/Group.layer.css";
import { Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { Problem } from "../components/Problem";
import type { Action } from "../components/useAction";
import css from "./accounts.module.css";

interface Props {
  title: string;
  submit: string;
  action: Action;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog({ title, submit, action, onSubmit, onClose, children }: Props) {
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog open onClose={onClose} title={title}>
      <form onSubmit={send} className={css.form}>
        <Stack gap="sm">
          {children}
          {/* Stays in sight below a long form, and with it what was refused: its top is out of sight there. */}
          <Stack gap="xs" className={css.foot ?? ""}>
            {action.problem && <Problem>{action.problem}</Problem>}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {words("confirm.cancel")}
              </Button>
              <Button type="submit" loading={action.busy}>
                {submit}
              </Button>
            </Group>
          </Stack>
        </Stack>
      </form>
    </Dialog>
  );
}
