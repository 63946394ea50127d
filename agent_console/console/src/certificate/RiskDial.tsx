/** The risk dial: what each accepted share of wrong answers would mean today; admins move it, with a reason. */
import "@mantine/core/styles/Table.layer.css";
import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { Figure, Meaning } from "../components/Figure";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { asShare, words } from "../locale/words";
import { may } from "../store/permissions";
import { rest } from "../wire/rest";
import type { DialBody, DialPosition } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import type { Resource } from "../wire/useResource";
import css from "./certificate.module.css";
import { DialTable } from "./DialTable";
import { Facts } from "./Facts";
import { asCount, factsOf } from "./dial";
import { Reason } from "./Reason";

interface MoveProps {
  body: DialBody;
  to: number;
  onClose: () => void;
  onDone: () => void;
}

function MoveDialog({ body, to, onClose, onDone }: MoveProps) {
  const [reason, setReason] = useState("");
  const action = useAction(onDone);
  const move = async (): Promise<void> => {
    if (await action.run(() => rest("PUT", "certificate/policy", { alpha: to, reason }))) onClose();
  };
  return (
    <FormDialog
      title={words("dial.move.title", { alpha: asShare(to) })}
      submit={words("dial.move")}
      action={action}
      onSubmit={() => void move()}
      onClose={onClose}
    >
      <p>
        {words("dial.move.text")} {body.mode === "strict" && words("dial.move.strict")}
      </p>
      <Reason value={reason} hint="certificate.reason.hint" onChange={setReason} />
    </FormDialog>
  );
}

interface SliderProps {
  positions: readonly DialPosition[];
  accepted: number;
  at: number;
  onChange: (at: number) => void;
}

function Slider({ positions, accepted, at, onChange }: SliderProps) {
  const id = useId();
  const { alpha } = positions[at]!;
  const said = words(alpha === accepted ? "dial.position.now" : "dial.position", { alpha: asShare(alpha) });
  return (
    <div className={css.dial}>
      <label htmlFor={id}>{words("dial.label")}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={positions.length - 1}
        step={1}
        value={at}
        aria-valuetext={said}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <div className={css.ticks} aria-hidden="true">
        {positions.map((one) => (
          <span key={one.alpha} data-accepted={one.alpha === accepted}>
            <Figure term="alpha-accepted-error">{asShare(one.alpha)}</Figure>
          </span>
        ))}
      </div>
    </div>
  );
}

function Grounds({ body }: { body: DialBody }) {
  const { grounds, requests, would_be: wouldBe, agreed } = body;
  return (
    <p className={css.quiet}>
      {grounds === "traffic" ? (
        <Figure term="requests-looked-at">{words("dial.grounds.traffic", { requests: asCount(requests) })}</Figure>
      ) : (
        words("dial.grounds.out_of_fold")
      )}{" "}
      {words("dial.grounds.audits")}{" "}
      {wouldBe > 0 && (
        <Figure term="would-be-answers">
          {words("dial.census", { would: asCount(wouldBe), agreed: asCount(agreed) })}
        </Figure>
      )}
    </p>
  );
}

function Dial({ body, onDone }: { body: DialBody; onDone: () => void }) {
  const governs = may(useSignedIn().me, "govern_answers");
  const { positions, alpha } = body;
  const present = positions.findIndex((one) => one.alpha === alpha);
  const [moved, setMoved] = useState<number | null>(null);
  const [asking, setAsking] = useState(false);
  const at = Math.min(moved ?? Math.max(present, 0), positions.length - 1);
  const position = positions[at];
  if (!position) return <p className={css.quiet}>{words("dial.none")}</p>;
  return (
    <>
      {governs && <Slider positions={positions} accepted={alpha} at={at} onChange={setMoved} />}
      <output aria-live="polite">
        <Facts facts={factsOf(position)} />
      </output>
      {governs && (
        <div className={css.buttons}>
          <Button size="compact-md" disabled={at === present} onClick={() => setAsking(true)}>
            <Figure term="alpha-accepted-error">{words("dial.accept", { alpha: asShare(position.alpha) })}</Figure>
          </Button>
        </div>
      )}
      <Grounds body={body} />
      <DialTable positions={positions} accepted={alpha} />
      {asking && <MoveDialog body={body} to={position.alpha} onClose={() => setAsking(false)} onDone={onDone} />}
    </>
  );
}

/** @param onDone after the dial was moved, or that was refused */
export function RiskDial({ resource, onDone }: { resource: Resource<DialBody>; onDone: () => void }) {
  return (
    <section className={css.card} aria-labelledby="certificate-dial">
      <h2 id="certificate-dial">
        <Meaning term="risk-dial">{words("dial")}</Meaning>
      </h2>
      <Reading resource={resource}>{(body) => <Dial key={body.alpha} body={body} onDone={onDone} />}</Reading>
    </section>
  );
}
