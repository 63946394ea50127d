/** Intents with their approved answers, what is proposed, and who may decide; read again when somebody changes it. */
import "../locale/pages";
import { writtenIn } from "../store/language";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import type { CatalogueBody, IntentBody, ProposalBody, ProposalsBody } from "../wire/resources";
import { withQuery, type RestError } from "../wire/rest";
import { useResource, type Resource } from "../wire/useResource";

export function useMayApprove(): boolean {
  return useStore((state) => may(state.me, "decide_answers"));
}

/** A customer as far as answers depend on them: the locale of their page, and what they write in where that is known. */
export interface Reader {
  locale: string;
  language: string | null;
}

export function useReader(conversation: string): Reader {
  const row = useStore((state) => state.rows[conversation] ?? null);
  const thread = useStore((state) => state.threads[conversation] ?? null);
  return { locale: thread?.locale || row?.locale || "", language: writtenIn(row, thread) };
}

interface Intents {
  intents: readonly IntentBody[];
  /** The locale of the default answers. */
  own: string;
  loaded: boolean;
  error: RestError | null;
}

/** The intents, with what such a customer is told. */
export function useIntents({ locale, language }: Reader): Intents {
  const changed = useStore((state) => state.catalogueChanged);
  const path = withQuery("catalogue", { locale: locale || null, language });
  const { value, error } = useResource<CatalogueBody>(path, changed);
  return { intents: value?.intents ?? [], own: value?.locale ?? "", loaded: value !== null, error };
}

export type ProposalState = ProposalBody["state"];

/** What is proposed as the answer of `intent` and stands like this. */
export function useProposals(intent: string, state: ProposalState): Resource<ProposalsBody> {
  const changed = useStore((each) => each.proposalsChanged);
  return useResource<ProposalsBody>(withQuery("proposals", { state, intent }), changed);
}
