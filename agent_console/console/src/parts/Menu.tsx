/** A Mantine menu below its button. Fetched by `MenuButton`. */
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import { Menu as MantineMenu } from "@mantine/core";
import { Suspense, type ReactElement, type ReactNode } from "react";

export interface MenuProps {
  button: ReactElement;
  defaultOpened: boolean;
  children: ReactNode;
}

export function Menu({ button, defaultOpened, children }: MenuProps) {
  return (
    <MantineMenu position="bottom-end" defaultOpened={defaultOpened}>
      <MantineMenu.Target>{button}</MantineMenu.Target>
      <MantineMenu.Dropdown>
        <Suspense>{children}</Suspense>
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}
