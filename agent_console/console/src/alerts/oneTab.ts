/** Of several tabs of this console only one alerts; a tab that shows the conversation keeps the others quiet. */

const HELD_MS = 5_000;
/** The tab in which it is seen must come first. */
const PATIENCE_MS = 200;
const KEY = "escalations.alerted";

const after = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Without locks (pages over plain HTTP) the last thing alerted to is noted; two tabs may still, rarely, both win. */
function noted(key: string): boolean {
  try {
    if (window.localStorage.getItem(KEY) === key) return false;
    window.localStorage.setItem(KEY, key);
  } catch {
    // no storage, so no other tab knows either
  }
  return true;
}

/** Whether this tab is the one to alert to `key`. */
export function claim(key: string): Promise<boolean> {
  if (!("locks" in navigator)) return Promise.resolve(noted(key));
  return new Promise((answer) => {
    void navigator.locks.request(`${KEY}.${key}`, { ifAvailable: true }, async (lock) => {
      answer(lock !== null);
      if (lock) await after(HELD_MS);
    });
  });
}

export async function claimLater(key: string): Promise<boolean> {
  await after(PATIENCE_MS);
  return claim(key);
}
