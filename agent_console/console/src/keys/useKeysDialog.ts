/** The state of the dialog of shortcuts, and the shortcut that opens it. */
import { useState } from "react";
import { useShortcut } from "./shortcuts";

export function useKeysDialog(): { open: boolean; show: () => void; hide: () => void } {
  const [open, setOpen] = useState(false);
  useShortcut("?", () => setOpen(true));
  return { open, show: () => setOpen(true), hide: () => setOpen(false) };
}
