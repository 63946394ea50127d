/** The views with their counts: those everybody has, one for each queue, and saved ones. */
import "@mantine/core/styles/Checkbox.layer.css";
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import { rest } from "../wire/rest";
import type { SavedViewBody, ViewFilterBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import css from "./inbox.module.css";
import { BUILT_IN, countOf, testOf, type View } from "./views";

interface Props {
  view: View;
  saved: readonly SavedViewBody[];
  onView: (view: View) => void;
  onSaved: () => void;
}

const same = (a: View, b: View): boolean => JSON.stringify(a) === JSON.stringify(b);

function Entry({ one, name, hint, props }: { one: View; name: string; hint?: string; props: Props }) {
  const count = useStore((state) => countOf(state, testOf(one, state, props.saved)));
  return (
    <button
      type="button"
      className={css.view}
      title={hint}
      aria-current={same(one, props.view) ? "true" : undefined}
      onClick={() => props.onView(one)}
    >
      <bdi>{name}</bdi>
      <Figure term="numbers-beside-the-lists">{count}</Figure>
    </button>
  );
}

function Saved({ one, props }: { one: SavedViewBody; props: Props }) {
  const { me } = useSignedIn();
  const action = useAction(props.onSaved);
  return (
    <li>
      <Entry
        one={{ kind: "saved", id: one.id }}
        name={one.name}
        hint={one.shared ? words("inbox.shared.by", { name: one.by }) : words("inbox.own")}
        props={props}
      />
      {(one.own || may(me, "supervise")) && (
        <button
          type="button"
          className={css.forget}
          aria-label={words("inbox.forget", { name: one.name })}
          onClick={() => void action.run(() => rest("DELETE", `saved-views/${encodeURIComponent(one.id)}`))}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </li>
  );
}

export function SaveView({ filter, onSaved }: { filter: ViewFilterBody; onSaved: () => void }) {
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const action = useAction(() => {
    setName("");
    setShared(false);
    onSaved();
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void action.run(() => rest("POST", "saved-views", { name: name.trim(), filter, shared }));
  };
  return (
    <form className={css.save} onSubmit={submit}>
      <TextInput
        size="xs"
        maxLength={60}
        aria-label={words("inbox.save.name")}
        placeholder={words("inbox.save.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox
        size="xs"
        label={words("inbox.save.shared")}
        checked={shared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
      <Button size="compact-sm" type="submit" variant="default" disabled={name.trim() === ""}>
        {words("inbox.save")}
      </Button>
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
    </form>
  );
}

export function Views(props: Props) {
  const { queues } = useSignedIn();
  return (
    <nav className={css.views} aria-label={words("inbox.views")}>
      <ul>
        {BUILT_IN.map((name) => (
          <li key={name}>
            <Entry one={{ kind: "built_in", name }} name={words(`inbox.view.${name}`)} props={props} />
          </li>
        ))}
      </ul>
      <h2>{words("inbox.queues")}</h2>
      <ul>
        {queues.map((queue) => (
          <li key={queue}>
            <Entry one={{ kind: "queue", queue }} name={queue} props={props} />
          </li>
        ))}
      </ul>
      {props.saved.length > 0 && (
        <>
          <h2>{words("inbox.saved")}</h2>
          <ul>
            {props.saved.map((one) => (
              <Saved key={one.id} one={one} props={props} />
            ))}
          </ul>
        </>
      )}
    </nav>
  );
}
