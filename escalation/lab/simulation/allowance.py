"""How many labels one strategy may spend: as many as another had by the same message, while both are under way."""

from threading import Condition


class Allowance:
    """What the leading strategy had spent after each message; who follows waits until the leader is that far."""

    def __init__(self) -> None:
        self._spent: list[int] = []
        self._ended = False
        self._changed = Condition()

    def tell(self, spent: int) -> None:
        """Hear from the leader what it had spent after its next message."""
        with self._changed:
            self._spent.append(spent)
            self._changed.notify_all()

    def end(self) -> None:
        """Hear that nothing more comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def after(self, at: int) -> int:
        """Return what was spent after message `at`; once the leader has ended early, what it spent in all."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self._spent) > at)
            return self._spent[min(at, len(self._spent) - 1)] if self._spent else 0
