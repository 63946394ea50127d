"""What connections may ask of this process: tokens for frames, bytes and work, by socket, person and address.

A frame costs one token and one more for each KiB, before anybody reads what is in it; what it leads to costs more
(`COST`). Whoever has no tokens left is read from no further until there are some: the network holds up what they send.
Only a socket that goes on like that is closed. A heartbeat takes the service about 0.1 ms, so a customer's 20 tokens a
second are 2 ms of each second, and fifty such sockets a tenth of a processor.

What people need is far below: somebody who types sends a frame every 3 s and a message at most every second, 5 tokens
of 20; a page that comes back says hello, follows two streams and repeats a message or two, 30 tokens of 300. A console
with eight conversations says hello with a dozen streams, 80 tokens of 3,000; the replay tool's agents carry out about
15 requests a second, 60 tokens of 200.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.kernel.token_bucket import Rate, TokenBucket, TokenBuckets
from escalation.protocol.frames.base import Audience
from escalation.realtime.effects import Authenticate, Effect, Execute, StartFollow

BYTES_PER_TOKEN = 1024
COST: Mapping[type, float] = {Authenticate: 10.0, StartFollow: 5.0, Execute: 3.0}
"""Beside the frame itself: these read or write the database."""
PATIENCE = Rate(burst=10.0, per_second=0.1)
"""Seconds that one socket, through its own fault, may be waited for: ten, and then a tenth of the time."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Tokens of one socket of each audience. A person has those of two sockets, an address of twenty customers'."""

    customer: Rate = field(default=Rate(burst=300.0, per_second=20.0))
    staff: Rate = field(default=Rate(burst=3_000.0, per_second=200.0))

    @classmethod
    def of(cls, customer_per_second: float) -> "Rates":
        """Return the rates where a customer's socket has so many tokens a second."""
        customer = Rate(15 * customer_per_second, customer_per_second)
        return cls(customer, customer.times(10))

    def socket(self, audience: Audience) -> Rate:
        """Return the rate of one socket."""
        return self.customer if audience == "customer" else self.staff


class Allowances:
    """The tokens of all connections of this process."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self.persons: Mapping[Audience, TokenBuckets[str]] = {
            "customer": TokenBuckets(rates.customer.times(2)), "staff": TokenBuckets(rates.staff.times(2)),
        }  # fmt: skip
        self.addresses = TokenBuckets[str](rates.customer.times(20))

    def tick(self, now: float) -> None:
        """Forget whoever was not here for a while."""
        for buckets in (*self.persons.values(), self.addresses):
            buckets.forget_full(now)


class Allowance:
    """The tokens of one connection. `address` is None where no limit by address applies.

    `person` is to be set once it is known who this is.
    """

    def __init__(self, everybody: Allowances, audience: Audience, address: str | None, now: float) -> None:
        self.person: str | None = None
        self.exceeded = False
        """Whether it was waited for longer than anybody's patience lasts: the connection is to be closed."""
        self._everybody = everybody
        self._audience = audience
        self._address = address
        self._socket = TokenBucket(everybody.rates.socket(audience), now)
        self._patience = TokenBucket(PATIENCE, now)

    def frame(self, raw: str | bytes, now: float) -> float:
        """Charge a frame as it came; returns for how many seconds to wait before reading what is in it.

        Neighbours of one address may use up its tokens together: that makes them wait, and is nobody's own fault.
        """
        own, shared = self._take(1.0 + len(raw) / BYTES_PER_TOKEN, now)
        self.exceeded = self.exceeded or self._patience.take(own, now) > 0
        return max(own, shared)

    def effect(self, effect: Effect, now: float) -> None:
        """Charge what a frame leads to; the next frame waits for it."""
        if cost := COST.get(type(effect)):
            self._take(cost, now)

    def _take(self, tokens: float, now: float) -> tuple[float, float]:
        """Return how long to wait for socket and person, and for the address."""
        everybody, own, shared = self._everybody, self._socket.take(tokens, now), 0.0
        if self.person is not None:
            own = max(own, everybody.persons[self._audience].take(self.person, tokens, now))
        if self._address is not None:
            shared = everybody.addresses.take(self._address, tokens, now)
        return own, shared
