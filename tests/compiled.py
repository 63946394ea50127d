"""Statements are compiled once in a process of tests: every database opens engines anew, each with an empty cache.

That is half of what a small test of the services costs.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.util import LRUCache

from escalation.database import engines

MOST = 3_000
"""Statements; more than all tests have."""


class CompiledOnce(LRUCache[Any, Any]):
    """What SQLAlchemy keeps by dialect and statement, kept by the dialect's name and its server's version instead."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_known(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_known(key), compiled)


def _known(key: Any) -> Any:
    dialect, *statement = key
    return dialect.name, dialect.server_version_info, *statement


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Give every engine of these tests one cache. Processes they start compile as ever."""
    options = {"compiled_cache": CompiledOnce(MOST)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "create_engine", partial(create_engine, execution_options=options))
        yield
