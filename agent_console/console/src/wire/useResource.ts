/** Read a REST resource, and again when `again` changes. The last good value stays while a new one is read. */
import { useCallback, useEffect, useState } from "react";
import { RestError, rest } from "./rest";

export interface Resource<T> {
  value: T | null;
  error: RestError | null;
  reload: () => void;
}

/** @param path null reads nothing */
export function useResource<T>(path: string | null, again: number = 0): Resource<T> {
  const [state, setState] = useState<{ path: string | null; value: T | null; error: RestError | null }>({
    path,
    value: null,
    error: null,
  });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let wanted = true;
    rest<T>("GET", path).then(
      (value) => wanted && setState({ path, value, error: null }),
      (error: RestError) => wanted && setState((old) => ({ path, value: old.path === path ? old.value : null, error })),
    );
    return () => void (wanted = false);
  }, [path, again, asked]);
  const reload = useCallback(() => setAsked((n) => n + 1), []);
  const current = state.path === path;
  return { value: current ? state.value : null, error: current ? state.error : null, reload };
}
