/** A button that opens a menu. The menu comes later than the button, as nobody can have opened it at once. */
import { cloneElement, useState, type ComponentType, type ReactElement, type ReactNode, type Ref } from "react";
import { useWrapper } from "./lazily";
import type { MenuProps } from "./Menu";

interface ButtonProps {
  ref?: Ref<HTMLButtonElement>;
  onClick?: () => void;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
}

const fetchMenu = (): Promise<ComponentType<MenuProps>> => import("./Menu").then((file) => file.Menu);

/** @param children the menu's items: Mantine's `Menu.Item` and the like, in a component made by `lazily` */
export function MenuButton({ button, children }: { button: ReactElement<ButtonProps>; children: ReactNode }) {
  const [clicked, setClicked] = useState(false);
  const { Wrapper: Menu, ref } = useWrapper<MenuProps, HTMLButtonElement>(fetchMenu, clicked);
  if (Menu === null) {
    return cloneElement(button, {
      ref,
      onClick: () => setClicked(true),
      "aria-haspopup": "menu",
      "aria-expanded": false,
    });
  }
  return (
    <Menu button={cloneElement(button, { ref })} defaultOpened={clicked}>
      {children}
    </Menu>
  );
}
