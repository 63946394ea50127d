/** What a view is narrowed to. */
import "@mantine/core/styles/Checkbox.layer.css";
import { Checkbox, NativeSelect } from "@mantine/core";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import type { ViewFilterBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import css from "./inbox.module.css";

type Field = "status" | "queue" | "agent" | "site" | "last_author";

interface Props {
  filter: ViewFilterBody;
  onChange: (change: Partial<ViewFilterBody>) => void;
}

export function Filter({ filter, onChange }: Props) {
  const { queues, sites } = useSignedIn();
  const agents = useStore((state) => state.agents);
  const options: Record<Field, readonly { value: string; label: string }[]> = {
    status: (["bot", "waiting", "assigned", "closed"] as const).map((value) => ({
      value,
      label: words(`status.${value}`),
    })),
    queue: queues.map((value) => ({ value, label: value })),
    agent: [
      { value: "me", label: words("inbox.me") },
      ...Object.values(agents).map(({ id, name }) => ({ value: id, label: name })),
    ],
    site: Object.entries(sites).map(([value, label]) => ({ value, label })),
    last_author: (["customer", "agent", "bot"] as const).map((value) => ({
      value,
      label: words(`inbox.last.${value}`),
    })),
  };
  const shown = (Object.keys(options) as Field[]).filter((field) => options[field].length > 1);
  return (
    <div className={css.filter}>
      {shown.map((field) => (
        <NativeSelect
          key={field}
          size="xs"
          label={words(`inbox.filter.${field}`)}
          data={[{ value: "", label: words("history.any") }, ...options[field]]}
          value={filter[field] ?? ""}
          onChange={(event) => onChange({ [field]: event.currentTarget.value || null })}
        />
      ))}
      <Checkbox
        size="xs"
        label={words("inbox.view.unread")}
        checked={filter.unread ?? false}
        onChange={(event) => onChange({ unread: event.currentTarget.checked })}
      />
    </div>
  );
}
