/** Short names people can say to each other, and ids of elements that focus goes to. */
import { words } from "../locale/words";

/** The end of an id is its random part; the beginning is only the time. */
export function customerName(id: string): string {
  return words("row.customer", { id: id.slice(-4).toUpperCase() });
}

export const rowId = (conversation: string): string => `row-${conversation}`;
export const COMPOSER_ID = "composer";
export const THREAD_ID = "thread";
export const LIST_ID = "list";
export const GROUNDS_ID = "grounds";
export const GROUNDS_TOGGLE_ID = "grounds-toggle";
