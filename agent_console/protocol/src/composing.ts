/** Keys of an input method: those that build a word belong to it, and to nobody who listens for keys. */

/** What input methods send as the code of every key they take. */
const TAKEN_BY_INPUT_METHOD = 229;

/**
 * Whether the key goes into the word that an input method is building, such as the Enter that picks one. Safari ends
 * the composition before it sends that Enter, so `isComposing` is false there and only `keyCode` tells.
 */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD;
}
