/** How long to wait before the next attempt to connect. */

export const SHORTEST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 30_000;

/**
 * Full jitter: uniform between the shortest wait and a bound that doubles with each failed attempt, so that
 * clients cut off together do not come back together. `attempt` counts from 0; `random` is in [0, 1).
 */
export function waitBeforeAttempt(attempt: number, random: number): number {
  const bound = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** (attempt + 1));
  return Math.round(SHORTEST_WAIT_MS + random * (bound - SHORTEST_WAIT_MS));
}

const MINUTE_MS = 60_000;

/** The full minute by which somebody is back who may come back at `at`, both in milliseconds since 1970. */
export const backBy = (at: number): string => new Date(Math.ceil(at / MINUTE_MS) * MINUTE_MS).toISOString();

const COME_BACK_SECONDS = 60;

/** How long to stay away after a close with `LIMIT`: its reason ends with "come back in 60 s". */
export function secondsUntilBack(reason: string): number {
  return Number(/come back in ([0-9]{1,5}) s$/.exec(reason)?.[1] ?? COME_BACK_SECONDS);
}
