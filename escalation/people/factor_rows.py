"""Rows of second factors: what is checked and changed inside a transaction.

Stored is a random text; the secret that a phone shares is made of it and a key. No code is good twice.
"""

from typing import Any

from sqlalchemy import Row, select

from escalation.database import Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.people import accounts, totp
from escalation.people.errors import SecondFactorRequired, SecondFactorWrong
from escalation.people.members import Member, member_of
from escalation.people.signing import fingerprint
from escalation.people.tables import RecoveryCodeRow, StaffRow
from escalation.security import Actor, SecurityLog

_staff = table_of(StaffRow)
_codes = table_of(RecoveryCodeRow)


def reset(tx: Transaction, mine: Any, by: Actor) -> Member:
    """Take a second factor away and end the account's sessions. Raises: NotFound."""
    id = tx.execute(select(_staff.c.id).where(mine)).scalar()
    if id is None:
        raise NotFound("There is no such account.")
    tx.lock(StaffRow, id)
    forget(tx, id)
    accounts.end_sessions(tx, id)
    SecurityLog.add(tx, "second_factor_reset", by, id)
    return member_of(locked(tx, id))


def check(tx: Transaction, row: Row[Any], code: str | None, key: bytes | None) -> None:
    """Take a code of an account, whose row is locked, and use it up; no code is needed where there is no second factor.

    Raises: SecondFactorRequired without a code, SecondFactorWrong for another or one that was used.
    """
    if row.factor is None:
        return
    if not code:
        raise SecondFactorRequired("This account has a second factor: send the code that the app shows, too.")
    step = totp.matching_step(totp.secret_of(key, row.factor), code, tx.now, row.factor_step) if key else None
    if step is not None:
        tx.execute(_staff.update().where(_staff.c.id == row.id).values(factor_step=step))
    elif not _use_recovery_code(tx, row.id, code):
        raise SecondFactorWrong("The code is wrong, was used, or is over. Each is good once, for about a minute.")


def _use_recovery_code(tx: Transaction, id: str, code: str) -> bool:
    mine = (_codes.c.staff == id, _codes.c.code_hash == fingerprint(totp.plain_recovery_code(code)))
    used = tx.execute(_codes.delete().where(*mine).returning(_codes.c.staff)).first() is not None
    if used:
        SecurityLog.add(tx, "recovery_code_used", Actor(id), id)
    return used


def give_codes(tx: Transaction, id: str, codes: tuple[str, ...]) -> None:
    """Store recovery codes, in place of those there were."""
    tx.execute(_codes.delete().where(_codes.c.staff == id))
    hashes = (fingerprint(totp.plain_recovery_code(code)) for code in codes)
    tx.execute(_codes.insert(), [{"code_hash": each, "staff": id} for each in hashes])


def forget(tx: Transaction, id: str) -> None:
    """Take a second factor away, with its recovery codes."""
    nothing = {"factor": None, "factor_offered": None, "factor_step": 0}
    tx.execute(_staff.update().where(_staff.c.id == id).values(nothing))
    tx.execute(_codes.delete().where(_codes.c.staff == id))


def locked(tx: Transaction, id: str) -> Row[Any]:
    """Lock an account and return its row. Raises: NotFound."""
    row = tx.lock(StaffRow, id)
    if row is None:
        raise NotFound("There is no such account.")
    return row
