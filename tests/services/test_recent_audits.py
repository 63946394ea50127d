"""What audits say of answers that were given without a question: the ground on which a threshold may fall."""

from typing import Any

import pytest

from escalation.conversations.lanes import Lane
from escalation.database import Database, Transaction, table_of
from escalation.proof.recent_audits import direct_risk
from escalation.proof.tables import AuditLabelRow, AuditRow, AutomaticAnswerRow
from tests.fakes import FakeClock

pytestmark = pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)


def audit(tx: Transaction, number: int, verdict: str | None, **over: Any) -> None:
    """An answer that was drawn; `model` None: the customer picked it; `labelled`: somebody labelled it already."""
    told = {"model": "v1", "lane": Lane.CERTIFIED.value, "purpose": "answer", "labelled": False} | over
    shared = {"conversation": "c", "at": tx.now, "intent": "order", "also": [], "lane": told["lane"], "period": 1}
    id = f"m{number:04d}"
    answer = {"message_id": id, "model": told["model"], "draw": 0.1, **shared}
    tx.execute(table_of(AutomaticAnswerRow).insert(), answer)
    row = {"message_id": id, "message_ids": [id], "purpose": told["purpose"], "draw": 0.1, "verdict": verdict, **shared}
    tx.execute(table_of(AuditRow).insert(), row)
    if told["labelled"]:
        label = {"message_id": id, "auditor": "ann", "at": tx.now, "intents": [], "cannot_tell": False}
        tx.execute(table_of(AuditLabelRow).insert(), {**label, "unserved": False, "counted": True})


def asked(database: Database, *audits: tuple[str | None, dict[str, Any]]) -> float | None:
    def write(tx: Transaction) -> None:
        for number, (verdict, over) in enumerate(audits):
            audit(tx, number, verdict, **over)

    database.write_now(write)
    return database.read_now(lambda tx: direct_risk(tx, newest=20, fewest=4))


RIGHT: tuple[str, dict[str, Any]] = ("right", {})
WRONG: tuple[str, dict[str, Any]] = ("wrong", {})


def test_too_few_audits_say_nothing(database: Database) -> None:
    assert asked(database, RIGHT, RIGHT, RIGHT) is None


def test_the_share_that_did_not_come_out_right(database: Database) -> None:
    assert asked(database, *[RIGHT] * 9, WRONG) == 0.1


@pytest.mark.parametrize(
    "over",
    [{"model": None}, {"lane": Lane.PROBATION.value}, {"purpose": "probe"}],
    ids=["picked", "probation", "probe"],
)
def test_what_says_nothing_of_the_threshold_is_left_out(database: Database, over: dict[str, Any]) -> None:
    assert asked(database, *[RIGHT] * 4, *[("wrong", over)] * 4) == 0


def test_a_quarrel_that_is_not_decided_counts_as_wrong(database: Database) -> None:
    """Else answers that people doubt would be missing for as long as they do."""
    assert asked(database, *[RIGHT] * 4, (None, {"labelled": True}), (None, {})) == 0.2


def test_only_the_newest_count(database: Database, clock: FakeClock) -> None:
    assert asked(database, *[WRONG] * 20) == 1
    clock.advance(60)

    def write(tx: Transaction) -> None:
        for number in range(100, 120):
            audit(tx, number, "right")

    database.write_now(write)
    assert database.read_now(lambda tx: direct_risk(tx, newest=20, fewest=4)) == 0
