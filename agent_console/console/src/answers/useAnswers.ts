/** Intents with their approved answers, what is proposed, and who may decide; read again when somebody changes it. */
import { useStore } from "../store/store";
import type { Role } from "../wire/frames";
import type { CatalogueBody, IntentBody, ProposalsBody } from "../wire/resources";
import type { RestError } from "../wire/rest";
import { useResource, type Resource } from "../wire/useResource";

const APPROVING: readonly Role[] = ["supervisor", "trainer", "admin"];

export function useMayApprove(): boolean {
  return useStore((state) => state.me !== null && APPROVING.includes(state.me.role));
}

export function useIntents(): { intents: readonly IntentBody[]; loaded: boolean; error: RestError | null } {
  const changed = useStore((state) => state.catalogueChanged);
  const { value, error } = useResource<CatalogueBody>("catalogue", changed);
  return { intents: value?.intents ?? [], loaded: value !== null, error };
}

/** What waits for a decision as the answer of `intent`. */
export function useProposals(intent: string): Resource<ProposalsBody> {
  const changed = useStore((state) => state.proposalsChanged);
  return useResource<ProposalsBody>(`proposals?state=proposed&intent=${encodeURIComponent(intent)}`, changed);
}
