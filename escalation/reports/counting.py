"""The follower that keeps the rows of reports true.

It follows the stream `desk`, which tells of every change of control and of every message outside the bot's control.
A case is counted anew from its conversation's own events; news that the rows hold already costs one look. It runs in
every process: its cursor is locked while it works, so no two count at the same time.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select

from escalation.conversations.events import parse_event
from escalation.conversations.moments import CONVERSATION
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Prepared, Transaction, table_of
from escalation.desk.events import AGENT_CHANGED, ROW_CHANGED, SLA_BREACHED, SLA_WARNED, STREAM
from escalation.events import Envelope, Follower, heads, read
from escalation.events.cursor import position
from escalation.repeating import repeat
from escalation.reports import daily, service_levels, stretches, teams
from escalation.reports.cases import Case, cases_of
from escalation.reports.measures import LEVELS
from escalation.reports.tables import CaseRow

NAME: Final = "reports"
LOOKS_BACK = timedelta(days=10)
"""Nobody asks who came back to a case that ended longer ago than this: the figure looks at seven days."""
PAGE = 500
_LEVELS_TOLD = frozenset({SLA_WARNED, SLA_BREACHED})

_cases = table_of(CaseRow)
_conversations = table_of(ConversationRow)
_COUNTED = Prepared(select(func.max(_cases.c.seq)).where(_cases.c.conversation == bindparam("of")))
_WHOSE = Prepared(
    select(_conversations.c.customer, _conversations.c.site).where(_conversations.c.id == bindparam("of"))
)
_DROP = Prepared(_cases.delete().where(_cases.c.conversation == bindparam("of")))
_ADD = Prepared(_cases.insert())
_AROUND = Prepared(
    select(_cases)
    .where(
        _cases.c.customer == bindparam("who"),
        or_(_cases.c.ended.is_(None), _cases.c.ended >= bindparam("since")),
    )
    .order_by(_cases.c.began, _cases.c.conversation, _cases.c.number)
)
_RETURN = Prepared(
    _cases.update().where(
        _cases.c.began == bindparam("at"), _cases.c.conversation == bindparam("of"), _cases.c.number == bindparam("nth")
    )
)


class ReportCounter:
    """Counts what happened, a few seconds later: a run of messages in one conversation is counted once."""

    def __init__(self, database: Database, poll_seconds: float = 5.0) -> None:
        self._database = database
        self._follower = Follower(database, NAME, [STREAM], _handle)
        self._poll_seconds = poll_seconds

    async def run(self) -> None:
        """Work until cancelled."""
        await repeat(self.catch_up, self._poll_seconds, "reports_failed")

    async def catch_up(self) -> int:
        """Count all that happened up to now, and add up the days that are over; return how many events that were."""
        counted = await self._follower.catch_up()
        while days := await self._database.read(daily.marked):
            await self._database.write(lambda tx, days=days: daily.add_up_all(tx, days))  # type: ignore[misc]
        return counted


def uncounted(tx: Transaction) -> int:
    """Return how many events of the desk are not in the rows yet."""
    return heads(tx, [STREAM])[STREAM] - position(tx, NAME)


def _handle(tx: Transaction, event: Envelope) -> None:
    if event.type == AGENT_CHANGED:
        stretches.record(tx, event)
    elif event.conversation and (event.type in _LEVELS_TOLD or not _is_counted(tx, event)):
        count(tx, event.conversation)


def _is_counted(tx: Transaction, event: Envelope) -> bool:
    """Whether the rows hold it; what else the desk tells is not counted."""
    if event.type != ROW_CHANGED:
        return True
    up_to: int = tx.execute(_COUNTED, {"of": event.conversation}).scalar() or 0
    return up_to >= int(event.payload["seq"])


def count(tx: Transaction, conversation: str) -> None:
    """Make the rows of a conversation anew from its events."""
    whose = tx.execute(_WHOSE, {"of": conversation}).first()
    events = _events(tx, conversation)
    if whose is None or not events:
        return
    cases = cases_of((parse_event(each.type, each.payload), each.at) for each in events)
    service_levels.note(cases, service_levels.clocks_of(tx, conversation))
    groups = teams.of_cases(tx, conversation, cases)
    tx.execute(_DROP, {"of": conversation})
    daily.mark(tx, (seconds(case.began) for case in cases))
    place = {"conversation": conversation, "seq": events[-1].seq, "customer": whose.customer, "site": whose.site}
    tx.execute(_ADD, [place | {"number": number, "team": of} | row_of(case)
                      for number, (case, of) in enumerate(zip(cases, groups, strict=True), 1)])  # fmt: skip
    _note_returns(tx, whose.customer, seconds(cases[0].began - LOOKS_BACK))


def _events(tx: Transaction, conversation: str) -> list[Envelope]:
    found: list[Envelope] = []
    while True:
        page = read(tx, CONVERSATION + conversation, len(found), PAGE)
        found += page
        if len(page) < PAGE:
            return found


def seconds(at: datetime) -> int:
    """Return a moment as rows hold it."""
    return int(at.timestamp())


def _ms(lasted: timedelta | None) -> int | None:
    return None if lasted is None else lasted // timedelta(milliseconds=1)


def row_of(case: Case) -> dict[str, Any]:
    """Return what a case is stored as, without its conversation."""
    flags = (
        *("reopened", "made_request", "handed_off", "transfers", "automated", "contained", "solved", "abandoned"),
        *("compared", "overridden", "under_sla", "sla_warned"),
    )
    names = {name: getattr(case, name) for name in ("queue", "agent", "intent", "reason")}
    times = {f"{name}_ms": _ms(getattr(case, name)) for name in ("waited", "handled", "bot_response", "human_response")}
    return {
        **names,
        **{name: int(getattr(case, name)) for name in flags},
        **{name: case.levels[name] for name in LEVELS},
        **times,
        "began": seconds(case.began),
        "ended": None if case.ended is None else seconds(case.ended),
        "returned": None,
        "ratings": len(case.scores),
        "satisfied": sum(score >= 4 for score in case.scores),
    }


def _note_returns(tx: Transaction, customer: str, since: int) -> None:
    """Say of each case when its customer came back with a request, on whichever conversation."""
    rows = list(tx.execute(_AROUND, {"who": customer, "since": since}))
    requests = [row for row in rows if row.made_request]
    for row in rows:
        back = next((each.began for each in requests if _follows(each, row)), None)
        if row.returned != back:
            daily.mark(tx, [row.began])
            tx.execute(_RETURN, {"at": row.began, "of": row.conversation, "nth": row.number, "returned": back})


def _follows(later: Any, row: Any) -> bool:
    if row.ended is None or later.began < row.ended:
        return False
    return bool(later.conversation != row.conversation or later.number > row.number)
