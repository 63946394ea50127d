"""One service for all tests of HTTP and sockets; each test brings its own customers and addresses."""

from collections.abc import Iterator

import pytest

from escalation.realtime import session
from tests.waiting import PATIENCE
from tests.web.service import WebService


@pytest.fixture(scope="module", autouse=True)
def hello_has_time() -> Iterator[None]:
    """Beside other work, five seconds may go by before a test that opened several sockets says hello on each.

    It ends with each file: tests elsewhere look at what happens without a hello.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "HELLO_SECONDS", PATIENCE)
        yield


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    service = WebService(tmp_path_factory.mktemp("web"))
    service.prepare()
    service.start()
    yield service
    service.stop()
