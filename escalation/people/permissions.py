"""Who may do what: every permission by name, what it allows, and the roles that have it. Nothing else grants anything.

Routes, frames of staff and the desk's rules each name one of these. `docs/security.md` shows the table and who names
what; it is made from here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from escalation.protocol.states import Role


class Permission(StrEnum):
    """What somebody may do, by a stable name."""

    OWN_ACCOUNT = "own_account"
    READ_CONVERSATIONS = "read_conversations"
    READ_CATALOGUE = "read_catalogue"
    READ_LEARNING = "read_learning"
    READ_COLLEAGUES = "read_colleagues"
    WORK_CONVERSATIONS = "work_conversations"
    WORK_CONTACTS = "work_contacts"
    NAME_INTENT = "name_intent"
    ASSIGN_CONVERSATIONS = "assign_conversations"
    SUPERVISE = "supervise"
    EDIT_CATALOGUE = "edit_catalogue"
    DECIDE_ANSWERS = "decide_answers"
    TRAIN = "train"
    MANAGE_ACCOUNTS = "manage_accounts"
    EDIT_CUSTOMERS = "edit_customers"
    MERGE_CUSTOMERS = "merge_customers"
    ERASE_CUSTOMERS = "erase_customers"
    VERIFY = "verify"
    READ_SECURITY_LOG = "read_security_log"
    AUDIT = "audit"
    GOVERN_ANSWERS = "govern_answers"
    SET_QUEUES = "set_queues"
    WRITE_TEMPLATES = "write_templates"
    READ_REPORTS = "read_reports"


@dataclass(frozen=True)
class Grant:
    """What a permission allows, in words for `docs/security.md`, and who has it."""

    allows: str
    roles: frozenset[Role]


EVERYBODY: Final[frozenset[Role]] = frozenset({"agent", "auditor", "supervisor", "trainer", "admin"})
SENIOR: Final[frozenset[Role]] = frozenset({"supervisor", "admin"})
TRAINING: Final[frozenset[Role]] = frozenset({"supervisor", "trainer", "admin"})
AUDITING: Final[frozenset[Role]] = frozenset({"auditor", "supervisor", "admin"})
ADMINS: Final[frozenset[Role]] = frozenset({"admin"})

GRANTS: Final[Mapping[Permission, Grant]] = {
    Permission.OWN_ACCOUNT: Grant("their own password, sessions, presence and read marks", EVERYBODY),
    Permission.READ_CONVERSATIONS: Grant(
        "read every conversation that the account is not limited away from, with its notes and decisions, search them, "
        "and read addresses customers left",
        EVERYBODY,
    ),
    Permission.READ_CATALOGUE: Grant(
        "read intents, their answers and history, proposed answers, the replies inserted by name, and macros", EVERYBODY
    ),
    Permission.READ_LEARNING: Grant("read examples, models and training runs", EVERYBODY),
    Permission.READ_COLLEAGUES: Grant("read who may sign in, with role, e-mail and capacity", EVERYBODY),
    Permission.WORK_CONVERSATIONS: Grant(
        "take waiting conversations and those of the bot within their capacity; answer, hold, snooze, pass on and "
        "resolve their own; write notes anywhere; undo their own resolution for ten seconds",
        EVERYBODY,
    ),
    Permission.WORK_CONTACTS: Grant("take addresses customers left, finish and put back their own", EVERYBODY),
    Permission.NAME_INTENT: Grant(
        "add an intent by name and title, also while resolving; it has no answer until somebody approves one",
        EVERYBODY,
    ),
    Permission.ASSIGN_CONVERSATIONS: Grant(
        "assign waiting conversations to others, beyond their capacity too, or propose them", SENIOR
    ),
    Permission.SUPERVISE: Grant(
        "act on what other agents have: take over, beyond their own capacity too; join, and write beside the agent; "
        "put back, transfer, hand back, wake, propose, take proposals back; withdraw resolutions at any time; "
        "finish and put back contacts",
        SENIOR,
    ),
    Permission.EDIT_CATALOGUE: Grant(
        "change, archive and restore intents, undo changes, take catalogue files in and give them out", TRAINING
    ),
    Permission.DECIDE_ANSWERS: Grant("approve, decline and write answers that the bot gives", TRAINING),
    Permission.TRAIN: Grant(
        "leave examples out, start and cancel training runs, promote models and roll them back", TRAINING
    ),
    Permission.MANAGE_ACCOUNTS: Grant(
        "invite, read, disable and enable accounts; change roles, capacities and limits; make links for new passwords",
        ADMINS,
    ),
    Permission.EDIT_CUSTOMERS: Grant(
        "say what a customer is called and written to, and write notes about them; delete their own notes", EVERYBODY
    ),
    Permission.MERGE_CUSTOMERS: Grant("say that two customers are one person, for good", SENIOR),
    Permission.ERASE_CUSTOMERS: Grant(
        "erase a customer for good: words, addresses, and what was learnt of them", SENIOR
    ),
    Permission.VERIFY: Grant("check the invariants of the database", ADMINS),
    Permission.READ_SECURITY_LOG: Grant("read the security log", ADMINS),
    Permission.AUDIT: Grant("label blind what was drawn for audit", AUDITING),
    Permission.GOVERN_ANSWERS: Grant(
        "let automatic answers go on after they were stopped, and set how many are audited a day", ADMINS
    ),
    Permission.SET_QUEUES: Grant(
        "choose for each queue whether agents claim or are offered conversations, and whom it needs", SENIOR
    ),
    Permission.WRITE_TEMPLATES: Grant(
        "write, change and delete the replies that agents insert by name, and macros", SENIOR
    ),
    Permission.READ_REPORTS: Grant(
        "read reports: counts, shares, times and comments of the conversations that the account is not limited away "
        "from, by day, queue, agent, team and intent",
        SENIOR,
    ),
}


def permits(role: Role, permission: Permission) -> bool:
    """Return whether members of this role may do it."""
    return role in GRANTS[permission].roles


def who(permission: Permission) -> str:
    """Return who may do it, as refusals say it: `supervisors and admins`."""
    *first, last = [f"{role}s" for role in _in_order(GRANTS[permission].roles)] or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def _in_order(roles: Collection[Role]) -> list[Role]:
    order: tuple[Role, ...] = ("agent", "auditor", "supervisor", "trainer", "admin")
    return [role for role in order if role in roles]
