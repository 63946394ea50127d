"""Codes of the second factor are those of the RFCs, near the present, and each is good once."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from escalation.people import totp

RFC_SECRET = b"12345678901234567890"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEP = totp.step_at(NOW)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp.code_of(RFC_SECRET, totp.step_at(datetime.fromtimestamp(seconds, UTC)), digits=8) == code


def test_the_vectors_of_rfc_4226() -> None:
    codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert [totp.code_of(RFC_SECRET, count) for count in range(10)] == codes


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(steps: int, taken: bool) -> None:
    found = totp.matching_step(RFC_SECRET, totp.code_of(RFC_SECRET, STEP + steps), NOW, 0)
    assert found == (STEP + steps if taken else None)


def test_a_code_is_good_once_and_so_is_every_earlier_one() -> None:
    code, before = totp.code_of(RFC_SECRET, STEP), totp.code_of(RFC_SECRET, STEP - 1)
    assert totp.matching_step(RFC_SECRET, code, NOW, STEP - 1) == STEP
    assert totp.matching_step(RFC_SECRET, code, NOW, STEP) is None
    assert totp.matching_step(RFC_SECRET, before, NOW, STEP) is None
    later = totp.code_of(RFC_SECRET, STEP + 1)
    assert totp.matching_step(RFC_SECRET, later, NOW + timedelta(seconds=30), STEP) == STEP + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "١٢٣٤٥٦", "\ud800", "9" * 1_000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, NOW, 0) is None


def test_a_code_may_be_typed_in_two_halves() -> None:
    code = totp.code_of(RFC_SECRET, STEP)
    assert totp.matching_step(RFC_SECRET, f" {code[:3]} {code[3:]}\n", NOW, 0) == STEP


def test_secrets_differ_by_key_and_by_what_is_stored() -> None:
    secrets = {totp.secret_of(key, nonce) for key in (b"one", b"two") for nonce in ("a", "b")}
    assert len(secrets) == 4 and {len(secret) for secret in secrets} == {20}


def test_the_address_for_apps_says_everything() -> None:
    address = urlsplit(totp.address_for_apps(RFC_SECRET, "ana+desk@shop.test", "Our Shop"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Our Shop:ana+desk@shop.test"
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert asked == {
        "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "issuer": "Our Shop", "algorithm": "SHA1", "digits": "6",
        "period": "30",
    }  # fmt: skip


def test_recovery_codes_are_long_different_and_read_however_they_are_typed() -> None:
    codes = totp.new_recovery_codes()
    assert len(set(codes)) == totp.RECOVERY_CODES
    assert all(len(totp.plain_recovery_code(code)) == 16 for code in codes)
    assert totp.plain_recovery_code(f" {codes[0].upper()} ") == totp.plain_recovery_code(codes[0].replace("-", " "))
