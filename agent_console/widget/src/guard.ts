/**
 * What a customer types in the widget is not the page's. Outside of the shadow root every event seems to come from the
 * element `escalation-chat`, which no page takes for a text field: its single-key shortcuts would fire, and those that
 * prevent the default would swallow the letter.
 *
 * Keys are stopped at the window, before listeners of the page that capture them at the document, and handed on to the
 * widget as a copy. Only a page that captures at the window and was there first still sees them.
 */

/** Besides keys: the focus, which Bootstrap's and other dialogs pull back into themselves. */
const AT_WINDOW = ["keydown", "keypress", "keyup", "focusin", "focusout"] as const;
const TYPED = [
  "beforeinput",
  "input",
  "paste",
  "copy",
  "cut",
  "compositionstart",
  "compositionupdate",
  "compositionend",
];
const POINTED = ["pointerdown", "pointerup", "mousedown", "mouseup", "click"];

export function guardEvents(host: HTMLElement): void {
  for (const type of AT_WINDOW) addEventListener(type, (event) => keep(event, host), true);
  for (const type of TYPED) host.addEventListener(type, (event) => event.stopPropagation());
  for (const type of POINTED) host.addEventListener(type, stopInDialog);
}

function keep(event: UIEvent, host: HTMLElement): void {
  if (event.target !== host) return;
  event.stopImmediatePropagation();
  if (event.type !== "keydown" || !(event instanceof KeyboardEvent)) return;
  if (!event.composedPath()[0]!.dispatchEvent(copyOf(event))) event.preventDefault();
}

/** The same key, for listeners inside the shadow root alone. */
function copyOf(event: KeyboardEvent): KeyboardEvent {
  const { key, code, location, repeat, isComposing, ctrlKey, shiftKey, altKey, metaKey, keyCode } = event;
  const keys = { key, code, location, repeat, isComposing, ctrlKey, shiftKey, altKey, metaKey };
  const copy = new KeyboardEvent("keydown", { ...keys, bubbles: true, cancelable: true });
  return Object.defineProperty(copy, "keyCode", { value: keyCode }); // the constructor need not take it
}

/** In a dialog of the page: a press beside what the dialog shows is none that closes it. */
function stopInDialog(event: Event): void {
  if ((event.currentTarget as Element).parentElement instanceof HTMLDialogElement) event.stopPropagation();
}
