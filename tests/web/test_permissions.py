"""What the service lets each role do is what the table of permissions says: every route, frame and stream is tried."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from escalation.desk.declarations import HANDLERS
from escalation.people import permissions
from escalation.people.permissions import Grant, Permission, permits
from escalation.protocol.frames import STAFF_INBOUND
from escalation.protocol.states import Role
from escalation.realtime.audience import OF_ONE, STREAMS, TYPING
from escalation.web.guards import PUBLIC
from escalation.web.security_page import needed, rest_routes
from tests.realtime.test_session import REQUESTS
from tests.web.service import WebService
from tests.web.sockets import Socket
from tests.web.test_sign_in import code

PEOPLE: dict[Role, str] = {"agent": "ana", "supervisor": "sam", "trainer": "tara", "admin": "robin"}
PLACES = {"id": "none-such", "name": "none-such", "format": "yaml", "site": "demo", "note": "none-such"}
OF_THE_CONNECTION = {"hello", "follow", "unfollow", "heartbeat"}
"""Frames that change nothing but what this connection is sent; streams have permissions of their own."""
EVERY_ROLE = pytest.mark.parametrize("role", PEOPLE)

Refused = set[tuple[str, str]]


def guarded() -> Iterator[tuple[str, APIRoute, Permission]]:
    """Every method and route with a permission; signing out comes last."""
    found = [(method, route, needed(route)) for route in rest_routes() for method in route.methods]
    for method, route, permission in sorted(found, key=lambda each: (each[0], each[1].name) == ("DELETE", "sign_out")):
        if permission is not None:
            yield method, route, permission


def refused_routes(client: httpx.Client) -> Refused:
    """Call every route with a body that none takes; return those that answer `forbidden`."""
    refused: Refused = set()
    for method, route, _ in guarded():
        path = route.path.replace(":path", "").format(**PLACES)
        answer = client.request(method, path, json=None if method == "GET" else [])
        assert answer.status_code not in {401, 500}, (method, path, answer.text)
        if answer.status_code == 403 and code(answer) == "forbidden":
            refused.add((method, route.path))
    return refused


def refused_frames(socket: Socket) -> set[str]:
    """Send every frame of staff; return the types that are answered by `forbidden`."""
    names = ("command_id", "client_message_id")
    frames = [{k: v for k, v in each.items() if k not in names} for each in REQUESTS["staff"]]
    answers = {each["type"]: socket.ask(**each) for each in frames}
    return {type for type, answer in answers.items() if answer.get("code") == "forbidden"}


def refused_streams(socket: Socket, me: str) -> set[str]:
    """Follow a stream of every kind; return the kinds that are refused."""
    refused = set()
    for kind in STREAMS:
        stream = f"{kind}:{me if kind == 'staff' else 'none-such'}" if kind in OF_ONE else kind
        socket.send(type="follow", stream=stream)
        answer = socket.until("following", "dropped", stream=stream)
        if answer.get("reason") == "forbidden":
            refused.add(kind)
    return refused


def id_of(client: httpx.Client) -> str:
    return str(client.get("/api/v1/session").json()["me"]["id"])


def test_every_route_names_a_permission_or_is_known_to_be_public() -> None:
    named = {route.name: needed(route) for route in rest_routes()}
    assert {name for name, permission in named.items() if permission is None} == set(PUBLIC)


def test_every_frame_of_staff_names_a_permission() -> None:
    types = {frame.model_fields["type"].default for frame in STAFF_INBOUND.members}
    named = {frame.model_fields["type"].default for frame in HANDLERS.needs}
    assert types - named == OF_THE_CONNECTION | {"typing"}
    assert TYPING in Permission


def test_every_permission_is_granted_to_somebody_and_needed_somewhere() -> None:
    assert set(permissions.GRANTS) == set(Permission)
    assert all(grant.roles for grant in permissions.GRANTS.values())
    needs = {permission for _, _, permission in guarded()} | set(HANDLERS.needs.values()) | set(STREAMS.values())
    assert set(Permission) == needs


@EVERY_ROLE
def test_the_service_lets_each_role_do_what_the_table_says(service: WebService, role: Role) -> None:
    with service.signed_in(PEOPLE[role]) as client:
        with service.staff_socket(client) as socket:
            assert refused_frames(socket) == {
                frame.model_fields["type"].default for frame, name in HANDLERS.needs.items() if not permits(role, name)
            }
            assert refused_streams(socket, id_of(client)) == {
                kind for kind, name in STREAMS.items() if not permits(role, name)
            }
        assert refused_routes(client) == {
            (method, route.path) for method, route, permission in guarded() if not permits(role, permission)
        }


def test_who_has_no_permission_can_do_nothing(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check is made, also of what all roles may do today."""
    with service.signed_in("robin") as client, service.staff_socket(client) as socket:
        me = id_of(client)
        nothing: dict[Permission, Any] = {name: Grant("nothing", frozenset()) for name in Permission}
        monkeypatch.setattr(permissions, "GRANTS", nothing)
        assert refused_routes(client) == {(method, route.path) for method, route, _ in guarded()}
        assert refused_frames(socket) == {frame.model_fields["type"].default for frame in HANDLERS.needs}
        assert refused_streams(socket, me) == set(STREAMS)


def test_an_agent_names_an_intent_over_rest_as_in_a_resolution(service: WebService) -> None:
    with service.signed_in("ana") as ana, service.signed_in("tara") as tara:
        named = ana.post("/api/v1/catalogue/intents", json={"name": "ribbon_colours", "title": "Ribbon colours"})
        assert named.status_code == 201, named.text
        edit = {"answers": {"en": "Yes, for a pound."}}
        assert code(ana.patch("/api/v1/catalogue/intents/ribbon_colours", json=edit)) == "forbidden"
        tara.patch("/api/v1/catalogue/intents/ribbon_colours", json={"archived": True})
