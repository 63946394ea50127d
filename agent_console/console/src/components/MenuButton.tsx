/** A button that opens a menu. The menu comes later than the button, as nobody can have opened it at once. */
import {
  cloneElement,
  useCallback,
  useState,
  type ComponentType,
  type ReactElement,
  type ReactNode,
  type Ref,
} from "react";
import { useFetched } from "./lazily";

interface ButtonProps {
  ref?: Ref<HTMLButtonElement>;
  onClick?: () => void;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
}

interface Props<P> {
  button: ReactElement<ButtonProps>;
  /** Brings the component that makes Mantine's menu items; the same function at every render. */
  fetchItems: () => Promise<ComponentType<P>>;
  /** False where there are many such buttons: the menu is made at the first click, not before. */
  whenIdle?: boolean;
  children: (Items: ComponentType<P>) => ReactNode;
}

export function MenuButton<P>({ button, fetchItems, whenIdle = true, children }: Props<P>) {
  const [clicked, setClicked] = useState(false);
  const fetch = useCallback(async () => {
    const [{ Menu }, Items] = await Promise.all([import("./Menu"), fetchItems()]);
    return { Menu, Items };
  }, [fetchItems]);
  const { fetched, ref } = useFetched<Awaited<ReturnType<typeof fetch>>, HTMLButtonElement>(fetch, clicked, whenIdle);
  if (fetched === null) {
    const open = (): void => setClicked(true);
    return cloneElement(button, { ref, onClick: open, "aria-haspopup": "menu", "aria-expanded": false });
  }
  return (
    <fetched.Menu button={cloneElement(button, { ref })} defaultOpened={clicked}>
      {children(fetched.Items)}
    </fetched.Menu>
  );
}
