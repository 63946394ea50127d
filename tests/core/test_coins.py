"""The audit coin: the same number for the same message and key, whoever asks, and nothing else decides it."""

import hashlib
import hmac

import pytest

from escalation.proof.coins import commitment, draw, period_key


@pytest.mark.parametrize(("key", "message"), [(b"key", "message-1"), (b"key", "message-2"), (b"other", "message-1")])
def test_the_number_is_the_first_53_bits_of_the_digest(key: bytes, message: str) -> None:
    digest = hmac.new(key, message.encode(), "sha256").hexdigest()
    assert draw(key, message) == int(digest[:14], 16) // 2**3 / 2**53


def test_other_keys_and_messages_have_other_numbers() -> None:
    assert len({draw(b"key", "m"), draw(b"key", "n"), draw(b"other", "m")}) == 3


def test_each_period_has_a_key_of_its_own_that_follows_from_the_secret() -> None:
    key = period_key(b"secret", "period-1")
    assert key == period_key(b"secret", "period-1") and len(key) == 32
    assert len({key, period_key(b"secret", "period-2"), period_key(b"other", "period-1")}) == 3


def test_a_commitment_is_the_keys_sha_256() -> None:
    key = period_key(b"secret", "period-1")
    assert commitment(key) == hashlib.sha256(key).hexdigest() != commitment(period_key(b"secret", "period-2"))
