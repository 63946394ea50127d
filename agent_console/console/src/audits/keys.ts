/** What a key does on the audit bench. The filter has the focus, so signs and digits act and letters are typed. Pure. */
export type Doing =
  | { do: "pick"; at: number }
  | { do: "move"; by: 1 | -1 }
  | { do: "out_of_scope" | "cannot_tell" | "unserved" | "answers" | "skip" | "undo" | "confirm" | "clear" | "drop" };

type Plain = "out_of_scope" | "cannot_tell" | "unserved" | "answers" | "skip" | "confirm";

const SIGNS: Readonly<Record<string, Plain>> = {
  "0": "out_of_scope",
  "-": "cannot_tell",
  "+": "unserved",
  "=": "answers",
  ".": "skip",
  Enter: "confirm",
};
const MOVES: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/**
 * @param filter what is typed so far: an empty one leaves Ctrl+Z, Backspace and Escape to the bench.
 * @param onButton whether a button or link has the focus, which Enter presses.
 */
export function doingOf({ key, ctrlKey, metaKey, altKey }: Pressed, filter: string, onButton: boolean): Doing | null {
  const command = ctrlKey || metaKey;
  if (altKey) return null;
  if (command) return key.toLowerCase() === "z" && filter === "" ? { do: "undo" } : null;
  if (key === "Enter" && onButton) return null;
  if (/^[1-9]$/.test(key)) return { do: "pick", at: Number(key) - 1 };
  if (key in MOVES) return { do: "move", by: MOVES[key]! };
  if (key === "Escape") return filter === "" ? null : { do: "clear" };
  if (key === "Backspace") return filter === "" && !onButton ? { do: "drop" } : null;
  const sign = SIGNS[key];
  return sign ? { do: sign } : null;
}
