"""What customers said beside their ratings, of the cases that a report counts: read from the ratings at each page.

Words are in no row of reports, so an erasure takes them from here too.
"""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from escalation.catalogue.formats.marks import is_formula, marked
from escalation.conversations.scoping import of_seen
from escalation.conversations.tables import RatingRow
from escalation.database import Transaction, table_of
from escalation.protocol.rest.reports import CommentList, RatingComment
from escalation.reports.days import Days
from escalation.reports.figures import Filter
from escalation.reports.tables import CaseRow

MOST_SHOWN: Final = 200

_cases = table_of(CaseRow)
_ratings = table_of(RatingRow)
_later = _cases.alias()


def comments(tx: Transaction, days: Days, wanted: Filter, most: int | None = MOST_SHOWN) -> CommentList:
    """Return the comments on cases that began in the days, the newest first; `most` None: all of them."""
    zone = ZoneInfo(days.zone)
    next_began = (
        select(_later.c.began)
        .where(_later.c.conversation == _cases.c.conversation, _later.c.number == _cases.c.number + 1)
        .scalar_subquery()
    )
    joined = _ratings.join(_cases, _cases.c.conversation == _ratings.c.conversation)
    query = (
        select(_ratings, _cases.c.began, next_began.label("next_began"))
        .select_from(joined)
        .where(_ratings.c.comment != "", _ratings.c.at >= datetime.fromtimestamp(days.begins, UTC))
        .where(and_(_cases.c.began >= days.begins, _cases.c.began < days.ends), *wanted.conditions())
        .where(*of_seen(_ratings.c.conversation, wanted.scope))
        .order_by(_ratings.c.at.desc(), _ratings.c.conversation)
    )
    found = [
        RatingComment(
            conversation=row.conversation, score=row.score, at=row.at, day=row.at.astimezone(zone).date().isoformat(),
            comment=row.comment,
        )
        for row in tx.execute(query)
        if _is_of(row.at, row.began, row.next_began)
    ]  # fmt: skip
    return CommentList(comments=found[:most], count=len(found))


def _is_of(rated: datetime, began: int, next_began: int | None) -> bool:
    """Whether the case is the one that was rated: a conversation that was reopened has several."""
    return int(rated.timestamp()) >= began and (next_began is None or int(rated.timestamp()) < next_began)


def comments_as_csv(comments: Sequence[RatingComment]) -> str:
    """Return a line for each comment. No cell begins as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("day", "score", "comment", "conversation"))
    for each in comments:
        writer.writerow((each.day, each.score, marked(each.comment, is_formula), each.conversation))
    return out.getvalue()
