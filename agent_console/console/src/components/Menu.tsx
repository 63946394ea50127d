/** A Mantine menu below its button. Fetched by `MenuButton`. */
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import { Menu as MantineMenu } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

interface Props {
  button: ReactElement;
  defaultOpened: boolean;
  children: ReactNode;
}

export function Menu({ button, defaultOpened, children }: Props) {
  return (
    <MantineMenu position="bottom-end" defaultOpened={defaultOpened}>
      <MantineMenu.Target>{button}</MantineMenu.Target>
      <MantineMenu.Dropdown>{children}</MantineMenu.Dropdown>
    </MantineMenu>
  );
}
