/** Ask before something that others will feel. Focus starts on the safe answer. */
import "@mantine/core/styles/Group.layer.css";
import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { words } from "../locale/words";
import { Dialog } from "./Dialog";

interface Props {
  title: string;
  action: string;
  open: boolean;
  busy?: boolean;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function Confirm({ title, action, open, busy = false, danger = false, onConfirm, onClose, children }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <Stack gap="md">
        <div>{children}</div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words("confirm.cancel")}
          </Button>
          <Button color={danger ? "ember" : "sea"} loading={busy} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
