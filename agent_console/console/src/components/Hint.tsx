/** A few words about an element, shown while it is pointed at or has the focus. They come later than the element. */
import type { TooltipProps } from "@mantine/core";
import { cloneElement, type ComponentType, type ReactElement, type Ref } from "react";
import { useFetched } from "./lazily";

const fetchTooltip = (): Promise<ComponentType<TooltipProps>> => import("./Tooltip").then((file) => file.Tooltip);

export function Hint({ label, children }: { label: string; children: ReactElement<{ ref?: Ref<HTMLElement> }> }) {
  const { fetched: Tooltip, ref } = useFetched<ComponentType<TooltipProps>, HTMLElement>(fetchTooltip, false);
  const element = cloneElement(children, { ref });
  if (Tooltip === null) return element;
  return (
    <Tooltip label={label} multiline maw={260} events={{ hover: true, focus: true, touch: true }}>
      {element}
    </Tooltip>
  );
}
