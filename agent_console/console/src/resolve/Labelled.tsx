/** Which words of the customer the resolution labels: what would be learnt. */
import { words } from "../locale/words";
import type { Thread } from "@escalation/protocol";
import type { LabelledBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { textsOf } from "./choice";
import css from "./resolve.module.css";

export function Labelled({ thread, learn }: { thread: Thread; learn: boolean }) {
  const path = `conversations/${encodeURIComponent(thread.conversation)}/labelled`;
  const { value, error } = useResource<LabelledBody>(path, thread.head);
  if (error) return <p className={css.labelled}>{words("labelled.failed")}</p>;
  if (!value) return null;
  const texts = textsOf(thread, value.message_ids);
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
