"""The second factor of staff who want one, or must have one: a code from an app, or one of ten recovery codes.

A new secret takes the old one's place only once its owner has shown a code of it.
"""

import secrets
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import func, select

from escalation.database import Database, Transaction, table_of
from escalation.people import accounts, factor_rows, totp
from escalation.people.errors import SecondFactorMissing, SecondFactorWrong
from escalation.people.members import Member
from escalation.people.staff import Staff, StaffSession
from escalation.people.tables import RecoveryCodeRow, StaffRow
from escalation.security import COMMAND, Actor, SecurityLog

ISSUER: Final = "Escalation"
"""What apps show beside the e-mail."""
Required = Literal["optional", "admins", "everybody"]

_staff = table_of(StaffRow)
_codes = table_of(RecoveryCodeRow)


@dataclass(frozen=True)
class Offer:
    """A secret for an app, in letters and as an `otpauth` address. Shown once."""

    secret: str
    address: str


def must_have(member: Member, required: Required) -> bool:
    """Return whether the operator wants a second factor of this member."""
    return required == "everybody" or (required == "admins" and member.role == "admin")


def require_had(member: Member, required: Required) -> None:
    """Go on only with the second factor that this member must have. Raises: SecondFactorMissing."""
    if must_have(member, required) and not member.second_factor:
        raise SecondFactorMissing("Your role needs a second factor here. Set one up on the page of your account.")


class SecondFactors:
    """Sets up, checks and takes away second factors."""

    def __init__(self, database: Database, staff: Staff, key: bytes, required: Required = "optional") -> None:
        self._database = database
        self._staff = staff
        self._key = key
        self._required = required

    async def offer(self, session: StaffSession, password: str, code: str | None) -> Offer:
        """Return a new secret; the present one, if any, is good until the new one is confirmed.

        Raises: WrongPassword; SecondFactorRequired and SecondFactorWrong for who has a second factor; TooManySignIns.
        """
        await self._staff.check_password(session, password)
        nonce, me = secrets.token_urlsafe(16), session.member

        def work(tx: Transaction) -> None:
            factor_rows.check(tx, factor_rows.locked(tx, me.id), code, self._key)
            tx.execute(_staff.update().where(_staff.c.id == me.id).values(factor_offered=nonce))

        await self._database.write(work)
        secret = totp.secret_of(self._key, nonce)
        return Offer(totp.in_letters(secret), totp.address_for_apps(secret, me.email, ISSUER))

    async def confirm(self, session: StaffSession, code: str, address: str = "") -> tuple[str, ...]:
        """Begin to ask for codes of the new secret; return new recovery codes. Other sessions end.

        Raises: SecondFactorWrong, also where nothing was offered.
        """
        me, fresh = session.member.id, totp.new_recovery_codes()

        def work(tx: Transaction) -> None:
            row = factor_rows.locked(tx, me)
            secret = totp.secret_of(self._key, row.factor_offered or "")
            step = totp.matching_step(secret, code, tx.now, 0) if row.factor_offered else None
            if step is None:
                raise SecondFactorWrong("This is not the code that the app shows for the new secret.")
            kept = {"factor": row.factor_offered, "factor_offered": None, "factor_step": step}
            tx.execute(_staff.update().where(_staff.c.id == me).values(kept))
            factor_rows.give_codes(tx, me, fresh)
            accounts.end_sessions(tx, me, keep=session.id)
            SecurityLog.add(tx, "second_factor_set", Actor(me, address), me)

        await self._database.write(work)
        return fresh

    async def remove(self, session: StaffSession, password: str, code: str | None, address: str = "") -> None:
        """Ask for no codes any more. Raises: what `offer` raises; SecondFactorMissing for who must have one."""
        if must_have(session.member, self._required):
            raise SecondFactorMissing("Your role needs a second factor here. Set up another one in its place.")
        await self._staff.check_password(session, password)

        def work(tx: Transaction) -> None:
            row = factor_rows.locked(tx, session.member.id)
            factor_rows.check(tx, row, code, self._key)
            factor_rows.forget(tx, row.id)
            SecurityLog.add(tx, "second_factor_removed", Actor(row.id, address), row.id)

        await self._database.write(work)

    async def recovery_codes_left(self, member: Member) -> int:
        """Return how many recovery codes were not used yet."""
        query = select(func.count()).where(_codes.c.staff == member.id)
        return await self._database.read(lambda tx: tx.execute(query).scalar_one())

    async def reset(self, id: str, by: Actor) -> Member:
        """Take the second factor of an account away, whose owner lost it; their sessions end. Raises: NotFound."""
        return await self._database.write(lambda tx: factor_rows.reset(tx, _staff.c.id == id, by))


def reset_now(database: Database, email: str) -> Member:
    """Take the second factor of an e-mail's account away, synchronously. Raises: NotFound."""
    return database.write_now(lambda tx: factor_rows.reset(tx, _staff.c.email == email.strip().lower(), COMMAND))
