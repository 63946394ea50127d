/** Parts of the console that are not needed at first: each is a file of its own, fetched while nobody waits for it. */
import {
  lazy,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentType,
  type LazyExoticComponent,
  type RefObject,
} from "react";
import { flushSync } from "react-dom";

const AGAIN_AFTER_MS = 2_000;
const IDLE_AT_LATEST_MS = 2_000;
const fetches = new Set<() => Promise<unknown>>();

async function untilThere<T>(fetch: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await fetch();
    } catch {
      await new Promise((goOn) => setTimeout(goOn, AGAIN_AFTER_MS)); // no network just now
    }
  }
}

/**
 * A component in a file of its own, for use inside `<Suspense>`. The file is fetched by `fetchLazyParts` or when the
 * component is first shown, and is asked for again and again while there is no network.
 *
 *     const LearningPage = lazily(() => import("../learning/LearningPage").then((file) => file.LearningPage));
 */
export function lazily<P>(fetch: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  fetches.add(fetch);
  return lazy(async () => ({ default: await untilThere(fetch) }));
}

/** Fetch what is registered and not there yet; what cannot be had is fetched when it is shown. */
export function fetchLazyParts(): void {
  for (const fetch of fetches) void fetch().catch(() => undefined);
  fetches.clear();
}

/** False at first; true once the browser has had nothing else to do. */
export function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const start = (): void => setIdle(true);
    if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: IDLE_AT_LATEST_MS });
    else setTimeout(start, IDLE_AT_LATEST_MS); // Safari
  }, []);
  return idle;
}

/**
 * Something to dress an element up with: null until `fetch` has brought it, which starts when the browser is idle
 * (unless `whenIdle` is false) or it is `wanted`. The element is made anew then, but not while it is pressed: its click
 * would be lost. The focus stays with it if it has `ref`.
 */
export function useFetched<T, E extends HTMLElement>(
  fetch: () => Promise<T>,
  wanted: boolean,
  whenIdle: boolean = true,
): { fetched: T | null; ref: RefObject<E | null> } {
  const ref = useRef<E>(null);
  const [there, setThere] = useState<{ value: T; focused: boolean } | null>(null);
  const idle = useIdle();
  const start = (idle && whenIdle) || wanted;
  useEffect(() => {
    if (!start) return;
    void untilThere(fetch).then(async (value) => {
      while (ref.current?.matches(":active")) await new Promise(requestAnimationFrame);
      const focused = ref.current !== null && ref.current === document.activeElement;
      flushSync(() => setThere({ value, focused }));
    });
  }, [start, fetch]);
  useLayoutEffect(() => {
    if (there?.focused) ref.current?.focus();
  }, [there]);
  return { fetched: there?.value ?? null, ref };
}
