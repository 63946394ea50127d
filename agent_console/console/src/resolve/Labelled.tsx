/** Which words of the customer the resolution labels as one request: what would be learnt. */
import { words } from "../locale/words";
import type { Thread } from "@escalation/protocol";
import type { LabelledBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { textsOf } from "./choice";
import css from "./resolve.module.css";

/** Which messages a resolution made now labels; null while nobody knows. */
export function useLabelled(thread: Thread): { ids: readonly string[] | null; failed: boolean } {
  const path = `conversations/${encodeURIComponent(thread.conversation)}/labelled`;
  const { value, error } = useResource<LabelledBody>(path, thread.head);
  return { ids: value?.message_ids ?? null, failed: error !== null };
}

interface Props {
  thread: Thread;
  labelled: ReturnType<typeof useLabelled>;
  learn: boolean;
}

export function Labelled({ thread, labelled: { ids, failed }, learn }: Props) {
  if (failed) return <p className={css.labelled}>{words("labelled.failed")}</p>;
  if (!ids) return null;
  const texts = textsOf(thread, ids);
  if (texts.length === 0) return <p className={css.labelled}>{words("labelled.none")}</p>;
  return (
    <div className={css.labelled}>
      <span>{words(learn ? "labelled.learnt" : "labelled.notLearnt")}</span>
      {texts.map(({ id, text }) => (
        <q key={id} dir="auto">
          {text}
        </q>
      ))}
    </div>
  );
}
