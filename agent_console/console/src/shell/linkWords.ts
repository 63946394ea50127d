/** How the connection stands, in words. */
import { timeOfDay, words } from "../locale/words";
import { useStore } from "../store/store";

export function useLinkWords(): string {
  const link = useStore((state) => state.link);
  const back = useStore((state) => state.backBy);
  return words(`link.${link}`, { time: back ? timeOfDay(back) : "" });
}
