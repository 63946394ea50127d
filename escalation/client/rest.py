"""The REST side of a client: JSON in and out, the service's error codes as exceptions."""

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx

from escalation.client.backoff import Backoff
from escalation.client.errors import RequestRefused, Unreachable

PREFIX = "/api/v1"
RETRIED_STATUSES = frozenset({429, 502, 503, 504})


class Rest:
    """One cookie jar and its connections. `url` is the service's root, such as http://127.0.0.1:8000."""

    def __init__(
        self,
        url: str,
        *,
        origin: str | None = None,
        timeout: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.origin = origin or self.url
        # trust_env off: a proxy of the environment must never see customers' words.
        self._http = httpx.AsyncClient(
            base_url=self.url, headers={"Origin": self.origin}, timeout=timeout, trust_env=False, transport=transport
        )
        self.csrf: str | None = None

    @property
    def sockets(self) -> str:
        """The root address for WebSockets."""
        return "ws" + self.url.removeprefix("http")

    async def get(self, path: str, **params: str | int | None) -> Any:
        """Return the decoded answer; parameters that are None are left out."""
        return await self.request("GET", path, params={k: v for k, v in params.items() if v is not None})

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the decoded answer."""
        return await self.request("POST", path, json=body or {})

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """Return the decoded answer, None for an empty one. `path` comes after /api/v1.

        Raises:
            RequestRefused: any status from 400 on.
            Unreachable: no answer at all.
        """
        headers = {"X-CSRF-Token": self.csrf} if self.csrf and method != "GET" else {}
        try:
            answer = await self._http.request(method, PREFIX + path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Unreachable(f"{method} {self.url}{PREFIX}{path}: no answer ({type(error).__name__}).") from error
        if answer.status_code >= 400:
            raise _refusal(answer, f"{method} {path}")
        return answer.json() if answer.content else None

    async def post_patiently(self, path: str, body: dict[str, Any], *, backoff: Backoff, seconds: float = 60.0) -> Any:
        """Post until the service answers with something other than "not now", for up to `seconds`.

        Only for requests that may run twice.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        attempt = 0
        while True:
            try:
                return await self.post(path, body)
            except (Unreachable, RequestRefused) as error:
                refused = isinstance(error, RequestRefused) and error.status not in RETRIED_STATUSES
                if refused or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(backoff.delay(attempt))
            attempt += 1

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _refusal(answer: httpx.Response, what: str) -> RequestRefused:
    try:
        error = answer.json()["error"]
        return RequestRefused(str(error["code"]), f"{what}: {error['message']}", answer.status_code)
    except (ValueError, KeyError, TypeError):
        return RequestRefused(f"http_{answer.status_code}", f"{what}: {answer.text[:200]}", answer.status_code)
