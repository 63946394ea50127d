"""The audit coin: the same number for the same message and key, whoever asks, and nothing else decides it."""

import hmac

import pytest

from escalation.conversations.coins import coin, draw


@pytest.mark.parametrize(("key", "message"), [(b"key", "message-1"), (b"key", "message-2"), (b"other", "message-1")])
def test_the_number_is_the_first_53_bits_of_the_digest(key: bytes, message: str) -> None:
    digest = hmac.new(key, message.encode(), "sha256").hexdigest()
    assert draw(key, message) == int(digest[:14], 16) // 2**3 / 2**53


def test_the_coin_falls_below_its_probability_only() -> None:
    number = draw(b"key", "message-1")
    assert coin(b"key", "message-1", number + 1e-9) and not coin(b"key", "message-1", number)
    assert not coin(b"key", "message-1", 0.0) and coin(b"key", "message-1", 1.0)


def test_other_keys_and_messages_have_other_numbers() -> None:
    assert len({draw(b"key", "m"), draw(b"key", "n"), draw(b"other", "m")}) == 3
