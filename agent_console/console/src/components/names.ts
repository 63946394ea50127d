/** Short names people can say to each other, and ids of elements that focus goes to. */
import { words } from "../locale/words";

interface Named {
  customer: string;
  customer_name?: string | null;
}

/** What somebody said they are called; else the end of their id, its random part: the beginning is only the time. */
export function customerName({ customer, customer_name }: Named): string {
  return customer_name ?? words("row.customer", { id: customer.slice(-4).toUpperCase() });
}

export const rowId = (conversation: string): string => `row-${conversation}`;
export const COMPOSER_ID = "composer";
export const THREAD_ID = "thread";
export const LIST_ID = "list";
export const GROUNDS_ID = "grounds";
export const GROUNDS_TOGGLE_ID = "grounds-toggle";
