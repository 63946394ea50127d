"""Wrong passwords slow down who gives them, not the owner of the account."""

import time

import pytest
from itsdangerous import URLSafeTimedSerializer

from escalation.people.errors import TooManySignIns, WeakPassword
from escalation.people.guessing import ACCOUNT_FACTOR, DEVICE_LASTS, SignInGuard, WrongPasswords
from escalation.people.passwords import refuse_common
from tests.fakes import CountingIds

FREE = 5
OWNER = "ana@shop.test"


def guard() -> SignInGuard:
    return SignInGuard(FREE, b"a key", CountingIds("device"))


def guess(guard: SignInGuard, address: str, times: int, now: float = 0.0, cookie: str | None = None) -> None:
    attempt = guard.attempt(OWNER, address, cookie)
    for _ in range(times):
        guard.check(attempt, now)
        guard.wrong(attempt, now)


def is_let_try(guard: SignInGuard, address: str, now: float = 0.0, cookie: str | None = None) -> bool:
    try:
        guard.check(guard.attempt(OWNER, address, cookie), now)
    except TooManySignIns:
        return False
    return True


def test_delays_grow_end_and_are_forgotten() -> None:
    wrong, now = WrongPasswords(FREE), 0.0
    for _ in range(FREE):
        assert wrong.wait("who", now) == 0
        wrong.add("who", now)
    waits = []
    for _ in range(6):
        waits.append(wrong.wait("who", now))
        now += waits[-1]
        assert wrong.wait("who", now) == 0
        wrong.add("who", now)
    assert waits == [60, 120, 240, 480, 900, 900]
    assert wrong.wait("who", now + 3_600) == 0
    wrong.add("who", now + 3_600)
    assert wrong.wait("who", now + 3_600) == 0


def test_the_right_password_makes_up_for_wrong_ones() -> None:
    wrong = WrongPasswords(FREE)
    for _ in range(FREE):
        wrong.add("who", 0)
    wrong.forget("who")
    assert wrong.wait("who", 0) == 0


def test_a_stranger_does_not_shut_the_owner_out() -> None:
    doors = guard()
    guess(doors, "192.0.2.1", FREE)
    assert not is_let_try(doors, "192.0.2.1")
    assert is_let_try(doors, "192.0.2.2")


def test_guessing_from_everywhere_stops_unknown_browsers_and_no_known_one() -> None:
    doors = guard()
    cookie = doors.right(doors.attempt(OWNER, "192.0.2.9", None))
    for number in range(ACCOUNT_FACTOR):
        guess(doors, f"198.51.100.{number}", FREE)
    assert not is_let_try(doors, "192.0.2.9")
    assert is_let_try(doors, "192.0.2.9", cookie=cookie)
    assert is_let_try(doors, "192.0.2.9", now=60)


def test_a_known_browser_may_not_guess_on_either() -> None:
    doors = guard()
    cookie = doors.right(doors.attempt(OWNER, "192.0.2.9", None))
    guess(doors, "192.0.2.9", FREE, cookie=cookie)
    assert not is_let_try(doors, "203.0.113.5", cookie=cookie)


def test_the_cookie_of_an_earlier_release_still_makes_a_browser_known() -> None:
    old = str(URLSafeTimedSerializer(b"a key", salt="known device").dumps(["device-0001", OWNER]))
    doors = guard()
    cookie = doors.right(doors.attempt(OWNER, "192.0.2.9", old))
    assert doors.attempt(OWNER, "x", old).device == "device-0001"
    assert len(cookie.rpartition(".")[2]) == 43, "32 bytes: SHA-256"


def test_a_browser_is_known_to_one_account_by_a_genuine_cookie_only(monkeypatch: pytest.MonkeyPatch) -> None:
    doors = guard()
    cookie = doors.right(doors.attempt(OWNER, "192.0.2.9", None))
    other_key = SignInGuard(FREE, b"another key", CountingIds())
    assert doors.attempt(OWNER, "x", cookie).device == "device-0001"
    assert doors.right(doors.attempt(OWNER, "x", cookie)) is not None
    assert doors.attempt("tom@shop.test", "x", cookie).device is None
    assert other_key.attempt(OWNER, "x", cookie).device is None
    for forged in ("", "x", cookie[:-1], cookie + "x", "\xe4"):
        assert doors.attempt(OWNER, "x", forged).device is None
    later = time.time() + DEVICE_LASTS + 5
    monkeypatch.setattr("time.time", lambda: later)
    assert doors.attempt(OWNER, "x", cookie).device is None


@pytest.mark.parametrize(
    "password",
    [
        "short", "password123", "Password2024!", "P@ssw0rd1234", "welcome2026!", "qwertyqwerty", "1234567890",
        "0987654321", "abcdefghijk", "aaaaaaaaaaaa", "abababababab", "adminadmin", "letmein12345", "iloveyou!!!!",
        "larkspur2026", "ana.lopez.2026", "AnaLopez1!!",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        refuse_common(password, "ana.lopez", "Ana Lopez")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "long enough 1", "a-long-password", "vT9-pq_LxA3d", "my kettle sings at noon"]
)
def test_others_are_taken(password: str) -> None:
    refuse_common(password, "ana.lopez", "Ana Lopez")
