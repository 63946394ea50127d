"""One socket to the service: how it is opened, what comes in, and whether the client may come back after its end."""

from pydantic import ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from escalation.client.errors import ConnectionEnded, Unreachable
from escalation.protocol.close_codes import CloseCode, seconds_until_back
from escalation.protocol.frames import outbound
from escalation.protocol.frames.base import Frame

MAX_FRAME = 16 * 1024 * 1024
"""Bytes; a page of the desk is the largest frame."""


def opened(url: str, origin: str) -> connect:
    """Return what `async with` opens: no compression, no proxy, no pings beside the service's own heartbeat."""
    return connect(
        url,
        origin=Origin(origin),
        compression=None,
        ping_interval=None,
        proxy=None,
        max_size=MAX_FRAME,
        close_timeout=1,
    )


def parse(raw: str | bytes) -> Frame:
    """Return the frame. Raises: ConnectionEnded for one that the protocol does not know."""
    try:
        return outbound.validate_json(raw)
    except ValidationError as error:
        raise ConnectionEnded(0, f"A frame the protocol does not know: {error}") from error


def refuse_upgrade(status: int, url: str) -> None:
    """Raises: Unreachable where a later attempt may help, else ConnectionEnded."""
    if status < 500 and status != 429:
        raise ConnectionEnded(status, f"{url} refused the upgrade with status {status}.")
    raise Unreachable(f"{url} answered the upgrade with status {status}.")


def judge_close(closed: ConnectionClosed) -> float:
    """Return after how many seconds the client may come back. Raises: ConnectionEnded if it should not."""
    if closed.rcvd is None:
        return 0.0
    if closed.rcvd.code == CloseCode.LIMIT:
        return seconds_until_back(closed.rcvd.reason)
    if closed.rcvd.code >= 4500 or closed.rcvd.code == 1008:
        raise ConnectionEnded(closed.rcvd.code, f"Closed with {closed.rcvd.code}: {closed.rcvd.reason}")
    return 0.0
