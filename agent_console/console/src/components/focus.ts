/** Moves focus once the page shows what was just asked for. */

let pending = 0;

/**
 * Focus what `find` returns in the next frame. The newest wish counts; one that comes after the focus has moved on by
 * itself (a panel that opened in between took it) is dropped.
 */
export function focusNext(find: () => HTMLElement | null): void {
  const before = document.activeElement;
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => {
    const now = document.activeElement;
    if (now === before || now === document.body) find()?.focus();
  });
}

export const focusById = (id: string): void => focusNext(() => document.getElementById(id));
