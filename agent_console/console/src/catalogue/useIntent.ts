/** One intent over REST: read, and changed by parts. */
import { useAction, type Action } from "../components/useAction";
import type { IntentDetailBody, IntentEditBody } from "../wire/resources";
import { rest } from "../wire/rest";
import { useResource, type Resource } from "../wire/useResource";

export interface Changing extends Action {
  /** Send these changes; returns whether they were made. Refused if the intent changed since it was read. */
  edit: (changes: Partial<IntentEditBody>) => Promise<boolean>;
}

export const intentPath = (name: string): string => `catalogue/intents/${encodeURIComponent(name)}`;

export function useIntent(name: string, changed: number): Resource<IntentDetailBody> & { changing: Changing } {
  const resource = useResource<IntentDetailBody>(intentPath(name), changed);
  const action = useAction(resource.reload);
  const seen = resource.value?.newest_change ?? null;
  const edit = (changes: Partial<IntentEditBody>): Promise<boolean> =>
    action.run(() => rest("PATCH", intentPath(name), { ...changes, seen }));
  return { ...resource, changing: { ...action, edit } };
}
