/** Whose conversation this is, and what can be done with it now. */
import { ActionIcon, Button } from "@mantine/core";
import { Suspense } from "react";
import { customersLanguage, dateAndTime, words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Icon } from "../components/Icon";
import { lazily } from "../components/lazily";
import { MenuButton } from "../components/MenuButton";
import { customerName, GROUNDS_TOGGLE_ID } from "../components/names";
import { ask } from "../actions/asked";
import type { Abilities, Control } from "../store/control";
import { writtenIn } from "../store/language";
import { openConversation } from "../store/route";
import { useStore } from "../store/store";
import { command, type PlainCommand } from "../wire/commands";
import { useSiteName } from "../wire/session";
import css from "./thread.module.css";

const Withdraw = lazily(() => import("./Withdraw").then((file) => file.Withdraw));
const FollowUp = lazily(() => import("./FollowUp").then((file) => file.FollowUp));
const UnlistedName = lazily(() => import("./UnlistedName").then((file) => file.UnlistedName));
const fetchItems = () => import("./MoreItems").then((file) => file.MoreItems);

interface Props {
  conversation: string;
  control: Control | null;
  can: Abilities;
  grounds: boolean;
  onGrounds: () => void;
  onResolve: () => void;
}

export function ownerWords(control: Control, me: string | undefined): string {
  if (control.status === "bot") return words("thread.owner.bot");
  if (control.status === "waiting") return words("thread.owner.nobody");
  if (control.status === "closed") return words("thread.owner.closed");
  if (control.owner === me) return words("thread.owner.you");
  return words("thread.owner.other", { name: control.ownerName ?? words("author.agent") });
}

function useRun(conversation: string) {
  const busy = useStore((state) => state.commands.find((c) => c.conversation === conversation)?.type ?? null);
  return { busy, run: (type: PlainCommand) => () => command(type, conversation) };
}

function Seize({ conversation, control, can }: Pick<Props, "conversation" | "control" | "can">) {
  const { busy, run } = useRun(conversation);
  if (can.claim)
    return (
      <Button size="compact-md" loading={busy === "claim"} onClick={run("claim")} rightSection={<kbd>C</kbd>}>
        {words("action.claim")}
      </Button>
    );
  if (!can.takeOver) return null;
  const label = control?.owner
    ? words("action.takeOver.from", { name: control.ownerName ?? "" })
    : words("action.takeOver");
  return (
    <Button
      size="compact-md"
      loading={busy === "take_over"}
      onClick={() => ask("takeOver", conversation)}
      rightSection={<kbd>C</kbd>}
    >
      {label}
    </Button>
  );
}

/** Until when one's conversation is hidden, and the way back. */
function Snoozed({ conversation, until }: { conversation: string; until: string }) {
  const { busy, run } = useRun(conversation);
  return (
    <>
      <Chip tone="sand">{words("thread.snoozed", { time: dateAndTime(new Date(until)) })}</Chip>
      <Button size="compact-md" variant="default" loading={busy === "wake"} onClick={run("wake")}>
        {words("action.wake")}
      </Button>
    </>
  );
}

function Work({ conversation, control, onResolve }: Pick<Props, "conversation" | "control" | "onResolve">) {
  const { busy, run } = useRun(conversation);
  const held = control?.held ?? false;
  const hold: PlainCommand = held ? "unhold" : "hold";
  return (
    <>
      {control?.snoozedUntil && <Snoozed conversation={conversation} until={control.snoozedUntil} />}
      <Button
        size="compact-md"
        variant="default"
        loading={busy === hold}
        onClick={run(hold)}
        aria-pressed={held}
        leftSection={<Icon name="pause" size={13} />}
      >
        {words(`action.${hold}`)}
      </Button>
      <MenuButton
        button={
          <ActionIcon size={30} variant="default" aria-label={words("action.more")}>
            <Icon name="dots" />
          </ActionIcon>
        }
        fetchItems={fetchItems}
      >
        {(MoreItems) => <MoreItems conversation={conversation} />}
      </MenuButton>
      <Button size="compact-md" onClick={onResolve} rightSection={<kbd>E</kbd>}>
        {words("action.resolve")}
      </Button>
    </>
  );
}

export function ThreadHeader({ conversation, control, can, grounds, onGrounds, onResolve }: Props) {
  const row = useStore((state) => state.rows[conversation] ?? null);
  const thread = useStore((state) => state.threads[conversation] ?? null);
  const me = useStore((state) => state.me?.id);
  const unlisted = useStore((state) => state.deskLoaded && !row && thread?.loaded);
  const siteName = useSiteName();
  const language = customersLanguage(writtenIn(row, thread), thread?.locale || row?.locale || "");
  const customer = thread?.customer || row?.customer || conversation;
  return (
    <header className={css.head}>
      <ActionIcon
        className={css.back ?? ""}
        size={30}
        variant="subtle"
        color="gray"
        aria-label={words("thread.back")}
        onClick={() => openConversation(null)}
      >
        <Icon name="back" />
      </ActionIcon>
      <h2 className={css.who} dir="auto">
        <Suspense fallback={customerName({ customer })}>
          {unlisted ? (
            <UnlistedName customer={customer} erased={thread?.erased ?? false} />
          ) : (
            customerName(row ?? { customer })
          )}
        </Suspense>
      </h2>
      <span className={css.meta}>
        {[language, siteName(thread?.site || row?.site || "")].filter(Boolean).join(" · ")}
      </span>
      {control && (
        <Chip tone={control.owner !== null && control.owner === me ? "sea" : "quiet"}>{ownerWords(control, me)}</Chip>
      )}
      <div className={css.actions}>
        <Seize conversation={conversation} control={control} can={can} />
        {(control?.followUp || control?.status === "closed") && (
          <Suspense fallback={null}>
            <FollowUp conversation={conversation} control={control} />
          </Suspense>
        )}
        {can.withdraw && (
          <Suspense fallback={null}>
            <Withdraw conversation={conversation} />
          </Suspense>
        )}
        {can.work && <Work conversation={conversation} control={control} onResolve={onResolve} />}
        <ActionIcon
          className={css.groundsToggle ?? ""}
          size={30}
          variant="default"
          id={GROUNDS_TOGGLE_ID}
          aria-label={words("thread.grounds")}
          aria-expanded={grounds}
          onClick={onGrounds}
        >
          <Icon name="info" />
        </ActionIcon>
      </div>
    </header>
  );
}
