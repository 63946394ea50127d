/** How this browser alerts its agent: by what, to what, and a test. */
import "../locale/pages";
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Switch.layer.css";
import { Button, Stack, Switch } from "@mantine/core";
import { useState } from "react";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { askPermission, notify, permission } from "./desktop";
import css from "./alerts.module.css";
import type { NewsKind } from "./news";
import { isOn, useAlertSetting, type AlertSetting } from "./settings";
import { play } from "./sound";

const KINDS: readonly NewsKind[] = [
  "offer",
  "waiting",
  "own",
  "woken",
  "followUp",
  "noReply",
  "taken",
  "mention",
  "whisper",
];

function Setting({ name }: { name: AlertSetting }) {
  const [on, setOn] = useAlertSetting(name);
  return (
    <Switch
      checked={on}
      onChange={(event) => setOn(event.currentTarget.checked)}
      label={words(`alerts.${name}`)}
      description={words(`alerts.${name}.hint`)}
    />
  );
}

/** What the browser allows; it is asked here, by this button, and nowhere else. */
function Permission() {
  const [allowed, setAllowed] = useState(permission());
  if (allowed === "granted") return null;
  return (
    <div className={css.permission}>
      <p>{words(`alerts.permission.${allowed}`)}</p>
      {allowed === "default" && (
        <Button size="compact-md" onClick={() => void askPermission().then(setAllowed)}>
          {words("alerts.permission.ask")}
        </Button>
      )}
    </div>
  );
}

function test(): void {
  if (isOn("sound")) play("waiting");
  if (isOn("desktop")) notify(words("alerts.test.title"), words("alerts.test.body"), "test", () => undefined);
}

export function AlertsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={words("alerts.dialog")}>
      <Stack gap="lg">
        <fieldset className={css.group}>
          <legend>{words("alerts.how")}</legend>
          <Setting name="sound" />
          <Setting name="desktop" />
          <Permission />
          <Setting name="words" />
        </fieldset>
        <fieldset className={css.group}>
          <legend>{words("alerts.what")}</legend>
          {KINDS.map((kind) => (
            <Setting key={kind} name={kind} />
          ))}
        </fieldset>
        <div>
          <Button variant="default" onClick={test}>
            {words("alerts.test")}
          </Button>
        </div>
      </Stack>
    </Dialog>
  );
}
