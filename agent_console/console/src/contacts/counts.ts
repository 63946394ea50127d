/** How many contacts wait; read again at each change that is told, and when the connection is back. */
import { useStore } from "../store/store";
import type { ContactCountsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";

/** Rises whenever contacts may have changed: changes told while the connection was lost come with it or not at all. */
export function useContactsChanged(): number {
  const changed = useStore((state) => state.contactsChanged);
  const live = useStore((state) => state.link === "live");
  return 2 * changed + (live ? 1 : 0);
}

export function useContactCounts(): ContactCountsBody | null {
  return useResource<ContactCountsBody>("contacts/counts", useContactsChanged()).value;
}
