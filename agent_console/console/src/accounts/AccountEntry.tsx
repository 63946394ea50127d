/** One account as admins see it, and what they can do with it. */
import { words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Entry, EntryButton } from "../components/Entries";
import { Figure } from "../components/Figure";
import type { AccountBody } from "../wire/resources";
import { LimitsLine } from "./ScopeFields";
import { SkillsLine } from "./SkillFields";
import css from "./accounts.module.css";

interface Props {
  account: AccountBody;
  /** Whether it is the reader's own. */
  own: boolean;
  onChange: () => void;
  onReset: () => void;
  onFactor: () => void;
  onDisabled: () => void;
}

export function AccountEntry({ account, own, onChange, onReset, onFactor, onDisabled }: Props) {
  const { name, disabled } = account;
  const disabling = disabled ? "enable" : "disable";
  const button = (phrase: Parameters<typeof words>[0], label: Parameters<typeof words>[0], onClick: () => void) => (
    <EntryButton onClick={onClick} label={words(label, { name })}>
      {words(phrase)}
    </EntryButton>
  );
  const actions = (
    <>
      {button("accounts.change", "accounts.change.label", onChange)}
      {!disabled && button("accounts.reset", "accounts.reset.label", onReset)}
      {!own && account.second_factor && button("accounts.factor.reset", "accounts.factor.reset.label", onFactor)}
      {!own && button(`staff.${disabling}`, `staff.${disabling}.label`, onDisabled)}
    </>
  );
  return (
    <Entry actions={actions}>
      <div className={css.who}>
        <bdi className={css.name}>{name}</bdi>
        {disabled && <Chip tone="quiet">{words("staff.disabled")}</Chip>}
        <bdi className={css.quiet}>{account.email}</bdi>
        <span className={css.quiet}>
          {words(`role.${account.role}`)} · {words("accounts.capacity")}{" "}
          <Figure term="capacity-load">{account.capacity}</Figure>
        </span>
        {account.second_factor && <span className={css.quiet}>{words("accounts.factor")}</span>}
        <LimitsLine {...account} />
        <SkillsLine {...account} />
      </div>
    </Entry>
  );
}
