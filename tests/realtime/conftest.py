"""One service a test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.realtime.service import Service


@pytest_asyncio.fixture
async def service() -> AsyncIterator[Service]:
    """Realtime on fakes, stopped afterwards."""
    service = Service()
    yield service
    await service.close()
