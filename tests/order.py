"""In which order files of tests run: long ones first, so that at the end no process waits for one long file.

pytest-xdist gives whole files to its processes in the order of collection; `make test` tells it to keep that order. By
itself it begins with the files that hold most tests, and the longest files hold one test each.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

BROWSER = Path(__file__).resolve().parent / "browser"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files; tests keep their order within a file."""
    position = {path: place for place, path in enumerate(in_order(items))}
    items.sort(key=lambda item: position[item.path])


def in_order(items: Iterable[pytest.Item]) -> list[Path]:
    """Return the files: with a test marked slow first, then those of the browser, then others by number of tests."""
    counts: Counter[Path] = Counter()
    slow: set[Path] = set()
    for item in items:
        counts[item.path] += 1
        if item.get_closest_marker("slow"):
            slow.add(item.path)
    return sorted(counts, key=lambda path: (path not in slow, BROWSER not in path.parents, -counts[path]))
