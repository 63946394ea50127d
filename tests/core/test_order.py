"""Long files of tests begin first."""

from pathlib import Path
from typing import Any

from tests.order import BROWSER, in_order, pytest_collection_modifyitems


class Collected:
    """As much of a collected test as its order asks for."""

    def __init__(self, path: Path, name: str, slow: bool = False) -> None:
        self.path = path
        self.name = name
        self._slow = slow

    def get_closest_marker(self, name: str) -> bool:
        return self._slow and name == "slow"


def collected() -> list[Any]:
    small, large, page, long = Path("small.py"), Path("large.py"), BROWSER / "test_page.py", Path("long.py")
    return [
        Collected(small, "a"), *(Collected(large, name) for name in "bcd"), Collected(page, "e"),
        Collected(long, "f"), Collected(long, "g", slow=True),
    ]  # fmt: skip


def test_slow_files_come_first_then_those_of_the_browser_then_those_of_most_tests() -> None:
    assert [path.name for path in in_order(collected())] == ["long.py", "test_page.py", "large.py", "small.py"]


def test_tests_keep_their_order_within_a_file() -> None:
    items = collected()
    pytest_collection_modifyitems(items)
    assert "".join(item.name for item in items) == "fgebcda"
