/** Who the customer is talking to. */

import type { ControlView } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import type { Words } from "../phrases";
import { Extra } from "./extra";
import { CloseIcon, SparkIcon } from "./icons";

export function Header({ chat }: { readonly chat: Chat }): JSX.Element {
  const control = chat.thread.value.control;
  return (
    <div class="header">
      <Face name={control?.status === "assigned" ? (control.agent_name ?? chat.words.say("an_agent")) : null} />
      <div class="who">
        <h2>{chat.words.say("title")}</h2>
        <p>{standing(control, chat.words)}</p>
      </div>
      <Extra chat={chat} quiet part={({ SaveButton }) => <SaveButton chat={chat} />} />
      <button type="button" class="quiet" aria-label={chat.words.say("close")} onClick={() => chat.show(false)}>
        <CloseIcon />
      </button>
    </div>
  );
}

/** An agent's initial, or the assistant's spark. */
export function Face({ name }: { readonly name: string | null }): JSX.Element {
  return (
    <span class={name === null ? "face" : "face person"} aria-hidden="true">
      {name === null ? <SparkIcon /> : [...name.trim()][0]?.toUpperCase()}
    </span>
  );
}

function standing(control: ControlView | null, words: Words): string {
  switch (control?.status) {
    case "waiting":
      return words.say("waiting");
    case "assigned":
      return words.say("with_agent", { name: control.agent_name ?? words.say("an_agent") });
    case "closed":
      return words.say("closed");
    default:
      return words.say("subtitle");
  }
}
