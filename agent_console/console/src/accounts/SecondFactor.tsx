/** One's own second factor: set one up in three steps (password, secret, code), or take it away. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { words } from "../locale/words";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction, type Action } from "../components/useAction";
import { rest } from "../wire/rest";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import type { RecoveryCodesBody, SecondFactorBody, SecondFactorOfferBody } from "../wire/resources";
import css from "./accounts.module.css";

const PATH = "session/second-factor";

type Step =
  | { at: "rest" }
  | { at: "set-up" | "remove" }
  | { at: "offered"; offer: SecondFactorOfferBody }
  | { at: "confirmed"; codes: readonly string[] };

function CodeField({ name, label, hint }: { name: string; label: string; hint?: string }) {
  return (
    <TextInput
      name={name}
      required
      withAsterisk={false}
      autoComplete="one-time-code"
      label={label}
      description={hint}
    />
  );
}

interface FormProps {
  action: Action;
  submit: string;
  onSubmit: (fields: Record<string, FormDataEntryValue>) => void;
  onCancel: () => void;
  children: ReactNode;
}

function Form({ action, submit, onSubmit, onCancel, children }: FormProps) {
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(Object.fromEntries(new FormData(event.currentTarget)));
  };
  return (
    <form onSubmit={send}>
      <Stack gap="sm" maw={380}>
        {action.problem && <Problem>{action.problem}</Problem>}
        {children}
        <div className={css.actions}>
          <Button type="submit" loading={action.busy}>
            {submit}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {words("confirm.cancel")}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

/** Whoever changes the second factor proves who they are. */
function Proof({ on }: { on: boolean }) {
  const { me } = useSignedIn();
  return (
    <>
      <input type="text" name="username" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        name="password"
        required
        withAsterisk={false}
        autoComplete="current-password"
        label={words("own.password.old")}
      />
      {on && <CodeField name="code" label={words("own.factor.code")} hint={words("own.factor.code.hint")} />}
    </>
  );
}

function Secret({ offer }: { offer: SecondFactorOfferBody }) {
  return (
    <>
      <p>
        {words("own.factor.secret.text")} <a href={offer.address}>{words("own.factor.open")}</a>
      </p>
      <TextInput
        readOnly
        label={words("own.factor.secret")}
        value={offer.secret}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CodeField name="code" label={words("own.factor.code")} />
    </>
  );
}

function Codes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  return (
    <Stack gap="sm" maw={380}>
      <p role="status">{words("own.factor.codes.text")}</p>
      <ul aria-label={words("own.factor.codes")} className={css.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button onClick={onKept}>{words("own.factor.kept")}</Button>
    </Stack>
  );
}

function Resting({ value, onStep }: { value: SecondFactorBody; onStep: (step: Step) => void }) {
  const { on, required, recovery_codes_left: left } = value;
  return (
    <>
      <p className={css.quiet}>
        {words(on ? "own.factor.on" : required ? "own.factor.missing" : "own.factor.off")}
        {on && ` ${words("own.factor.left", { count: left })}`}
      </p>
      <div className={css.actions}>
        <Button size="compact-sm" variant="default" onClick={() => onStep({ at: "set-up" })}>
          {words(on ? "own.factor.replace" : "own.factor.set")}
        </Button>
        {on && !required && (
          <Button size="compact-sm" variant="default" onClick={() => onStep({ at: "remove" })}>
            {words("own.factor.remove")}
          </Button>
        )}
      </div>
    </>
  );
}

function Steps({ value, onDone }: { value: SecondFactorBody; onDone: () => void }) {
  const [step, setStep] = useState<Step>({ at: "rest" });
  const action = useAction(() => undefined);
  const cancel = (): void => {
    action.dismiss();
    setStep({ at: "rest" });
  };
  const offer = (fields: object): void =>
    void action.run(async () =>
      setStep({ at: "offered", offer: await rest<SecondFactorOfferBody>("POST", PATH, fields) }),
    );
  const confirm = (fields: object): void =>
    void action.run(async () =>
      setStep({ at: "confirmed", codes: (await rest<RecoveryCodesBody>("PUT", PATH, fields)).codes }),
    );
  const remove = async (fields: object): Promise<void> => {
    if (await action.run(() => rest("POST", `${PATH}/removal`, fields))) onDone();
  };
  const proof = ({ password, code }: Record<string, FormDataEntryValue>): object => ({ password, code: code ?? null });
  switch (step.at) {
    case "rest":
      return <Resting value={value} onStep={setStep} />;
    case "set-up":
    case "remove":
      return (
        <Form
          key={step.at}
          action={action}
          submit={words(step.at === "remove" ? "own.factor.remove" : "own.factor.next")}
          onSubmit={(fields) => (step.at === "remove" ? void remove(proof(fields)) : offer(proof(fields)))}
          onCancel={cancel}
        >
          <Proof on={value.on} />
        </Form>
      );
    case "offered":
      return (
        <Form
          key={step.at}
          action={action}
          submit={words("own.factor.confirm")}
          onSubmit={({ code }) => confirm({ code })}
          onCancel={cancel}
        >
          <Secret offer={step.offer} />
        </Form>
      );
    case "confirmed":
      return <Codes codes={step.codes} onKept={onDone} />;
  }
}

export function SecondFactor() {
  const resource = useResource<SecondFactorBody>(PATH);
  const [round, setRound] = useState(0);
  const missing = useSignedIn().second_factor_missing;
  const done = (): void => {
    if (missing) return location.reload(); // everything else may be read from now on
    setRound(round + 1);
    resource.reload();
  };
  return (
    <section aria-label={words("own.factor")} className={css.entry}>
      <h2 className={css.head}>{words("own.factor")}</h2>
      <Reading resource={resource}>{(value) => <Steps key={round} value={value} onDone={done} />}</Reading>
    </section>
  );
}
