"""One service for all tests of HTTP and sockets; each test brings its own customers and addresses."""

from collections.abc import Iterator

import pytest

from tests.web.service import WebService


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    service = WebService(tmp_path_factory.mktemp("web"))
    service.prepare()
    service.start()
    yield service
    service.stop()
