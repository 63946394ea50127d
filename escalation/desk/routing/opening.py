"""When queues open, asked inside a transaction: what customers are told, and by when somebody must have come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.conversations.model import Conversation
from escalation.database import Transaction
from escalation.desk.hours import OpeningHours, after_open_time, is_open, next_open
from escalation.desk.routing.queues import all_rules, rules_of


def opens_at(tx: Transaction, queue: str) -> datetime | None:
    """Return when a queue opens that is closed now; None where it is open."""
    return opening(rules_of(tx, queue).hours, tx.now)


def opening(hours: OpeningHours | None, at: datetime) -> datetime | None:
    """Return when somebody is there next by these hours; None where somebody is there now."""
    return None if is_open(hours, at) else next_open(hours, at)


def closed(tx: Transaction, queues: Iterable[str]) -> dict[str, datetime]:
    """Return which of these queues are closed now, and when each opens."""
    opens = {name: opening(rules.hours, tx.now) for name, rules in all_rules(tx, queues).items()}
    return {name: at for name, at in opens.items() if at is not None}


def deadline(tx: Transaction, queue: str, lasts: timedelta) -> datetime:
    """Return when a wait that begins now in a queue is over: it counts while the queue is open."""
    return after_open_time(rules_of(tx, queue).hours, tx.now, lasts)


@dataclass(frozen=True)
class Waits:
    """The port `timers.Waits`: how long conversations wait in these queues."""

    queues: tuple[str, ...]
    lasts: timedelta
    """Of open time."""

    def longest(self, tx: Transaction) -> timedelta:
        """Return for how long a wait that begins now can last at most, closed hours counted."""
        rules = all_rules(tx, self.queues).values()
        return max(after_open_time(each.hours, tx.now, self.lasts) for each in rules) - tx.now

    def until(self, tx: Transaction, conversation: Conversation) -> datetime:
        """Return until when a wait lasts that begins now in its queue."""
        return deadline(tx, conversation.queue, self.lasts)

    def postponed(self, tx: Transaction, conversation: Conversation) -> datetime | None:
        """Return until when a wait goes on that would end now: nobody gives up on a queue that is closed."""
        hours = rules_of(tx, conversation.queue).hours
        return None if is_open(hours, tx.now) else after_open_time(hours, tx.now, self.lasts)
