/** All shortcuts, and the switch that turns the single-key ones off. */
import "../locale/pages";
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Switch.layer.css";
import { Switch } from "@mantine/core";
import { words, type Phrase } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { may } from "../store/permissions";
import { usePreference } from "../store/preferences";
import { useSignedIn } from "../wire/session";
import css from "./keys.module.css";
import { SHORTCUTS } from "./shortcuts";

const KEYS: readonly [readonly string[], Phrase][] = [
  [["J"], "keys.next"],
  [["K"], "keys.previous"],
  [["C"], "keys.claim"],
  [["Y"], "keys.accept"],
  [["R"], "keys.reply"],
  [["I"], "keys.note"],
  [["H"], "keys.hold"],
  [["T"], "keys.transfer"],
  [["S"], "keys.suggest"],
  [["E"], "keys.resolve"],
  [["1", "2", "3"], "keys.guess"],
  [["N"], "keys.new"],
  [["O"], "keys.outOfScope"],
  [["/"], "keys.search"],
  [["Shift", "E"], "keys.resolveNext"],
  [["A"], "keys.answer"],
  [["Z"], "keys.undo"],
  [["?"], "keys.help"],
];
const AUDITS: readonly [readonly string[], Phrase][] = [
  [["1", "…", "9"], "keys.audit.pick"],
  [["0"], "keys.audit.outOfScope"],
  [["−"], "keys.audit.cannotTell"],
  [["+"], "keys.audit.unserved"],
  [["="], "keys.audit.answers"],
  [["."], "keys.audit.skip"],
  [["Ctrl", "Z"], "keys.audit.undo"],
];
const ALWAYS: readonly [readonly string[], Phrase][] = [
  [["Ctrl", "Enter"], "keys.send"],
  [["Ctrl", "K"], "keys.palette"],
  [["↑", "↓"], "keys.thread"],
  [["Esc"], "keys.escape"],
];

function Rows({ rows }: { rows: typeof KEYS }) {
  return (
    <dl className={css.keys}>
      {rows.map(([keys, phrase]) => (
        <div key={phrase} className={css.row}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{words(phrase)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { me } = useSignedIn();
  const [enabled, setEnabled] = usePreference<"on" | "off">(SHORTCUTS, "on");
  return (
    <Dialog open={open} onClose={onClose} title={words("keys.title")} wide>
      <Switch
        checked={enabled === "on"}
        onChange={(event) => setEnabled(event.currentTarget.checked ? "on" : "off")}
        label={words("keys.enabled")}
        description={words("keys.enabled.hint")}
        mb="md"
      />
      <Rows rows={KEYS} />
      <Rows rows={ALWAYS} />
      {may(me, "audit") && <Rows rows={AUDITS} />}
    </Dialog>
  );
}
