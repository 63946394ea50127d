"""A small service in memory that speaks the wire protocol, and can be told to misbehave: for tests of clients."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from escalation.client import Rest
from tests.fake_talks import Peer, Plan, Talk
from tests.fakes import START, CountingIds
from tests.waiting import settled

SERVICE = {
    "mode": "provisional", "model": "v1", "threshold": 0.5, "alpha": 0.02, "languages": ["en"], "answering": True,
    "chosen": True, "detail": None,
}  # fmt: skip
PLAIN_INTENT = {
    "description": "", "policy": "automatic", "answer": None, "answer_locales": [], "said": None,
    "reply_locales": ["en"], "examples": 1, "archived": False,
}  # fmt: skip


def _member(email: str) -> dict[str, Any]:
    return {"id": email, "name": "A", "role": "agent", "email": email, "capacity": 9}


class FakeService:
    """`bot` decides by text. `drop_before_ack` sockets are cut after storing a request but before saying so;
    `lose_deliveries` replies of agents never reach their customer; `deliver_twice` is for every event of customers.
    """

    def __init__(self, bot: Callable[[str], Plan], intents: tuple[str, ...] = ()) -> None:
        self.bot = bot
        self.intents = intents
        self.talks: dict[str, Talk] = {}
        self.requests: list[dict[str, Any]] = []
        self.drop_before_ack = 0
        self.drop_after_welcome = 0
        self.log_epoch = "1"
        self.hellos: list[dict[str, Any]] = []
        self.deliver_twice = False
        self.lose_deliveries = 0
        self.staff_seen: list[str] = []
        self.resolutions: list[dict[str, Any]] = []
        self._ids = CountingIds("x")
        self._peers: set[Peer] = set()
        self._server: Server | None = None
        self._port = 0
        self._tickets: dict[str, str] = {}
        self._commands: dict[str, dict[str, Any]] = {}

    # --- life ------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> "FakeService":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        self._server = await serve(self._serve, "127.0.0.1", self._port, compression=None)
        self._port = next(iter(self._server.sockets)).getsockname()[1]

    async def kill(self) -> None:
        """Cut every socket without a goodbye and stop listening; what was stored stays.

        Sockets in the middle of their handshake too, as a dying process does: left open, a client waits 10 s for them.
        """
        assert self._server is not None
        self._server.close(close_connections=False)
        await settled()  # accepted a moment ago, a socket is among the connections only now
        for connection in list(self._server.all_connections):
            connection.transport.abort()
        await self._server.wait_closed()

    async def close_all(self, code: int, reason: str) -> None:
        """Close every socket in good order, and go on listening."""
        assert self._server is not None
        for connection in list(self._server.connections):
            await connection.close(code, reason)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def rest(self) -> Rest:
        return Rest(self.url, transport=httpx.MockTransport(self._http))

    # --- REST ------------------------------------------------------------------------------------------------

    def _http(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        path = request.url.path.removeprefix("/api/v1")
        if path.endswith("/customers"):
            name = self._ids()
            return httpx.Response(200, json={"customer": name, "token": name, "site": "shop", "name": "A customer"})
        if path == "/session":
            return self._session(body)
        if path == "/tickets":
            ticket = self._ids()
            self._tickets[ticket] = request.headers["X-CSRF-Token"]
            return httpx.Response(200, json={"ticket": ticket})
        if path == "/staff":
            self.staff_seen.append(body["email"])
            return httpx.Response(200, json=_member(body["email"]))
        intents = [{"name": name, "title": name, **PLAIN_INTENT} for name in self.intents]
        return httpx.Response(200, json={"locale": "en", "intents": intents})

    def _session(self, body: dict[str, Any]) -> httpx.Response:
        if body.get("password", "wrong") == "wrong":
            return httpx.Response(401, json={"error": {"code": "bad_credentials", "message": "No."}})
        session = {"me": _member(body["email"]), "csrf": body["email"], "service": SERVICE}
        session |= {"queues": ["general"], "sites": {"demo": "Demo"}}
        session |= {"seen_sites": [], "seen_queues": [], "second_factor_missing": False}
        return httpx.Response(200, json=session)

    # --- sockets ---------------------------------------------------------------------------------------------

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        staff = socket.request.path == "/ws/staff"
        with contextlib.suppress(ConnectionClosed):
            hello = json.loads(await socket.recv())
            self.hellos.append(hello)
            peer = Peer(socket, self._tickets[hello["ticket"]] if staff else hello["token"], staff)
            writer = asyncio.create_task(peer.write())
            try:
                await self._welcome(peer, hello)
                async for raw in socket:
                    await self._frame(peer, json.loads(raw))
            finally:
                self._peers.discard(peer)
                writer.cancel()

    async def _welcome(self, peer: Peer, hello: dict[str, Any]) -> None:
        mine = [talk for talk in self.talks.values() if talk.customer == peer.me]
        me = {"id": peer.me, "name": "A", "role": "agent" if peer.staff else "customer"}
        welcome: dict[str, Any] = {"type": "welcome", "me": me, "connection": "c", "log_epoch": self.log_epoch}
        conversation = mine[-1].id if mine else None
        welcome |= {"heartbeat_seconds": 25, "server_time": START.isoformat(), "conversation": conversation}
        if self.drop_after_welcome:
            self.drop_after_welcome -= 1
            await peer.socket.send(json.dumps(welcome))
            await peer.socket.close(1011)
            return
        await self._send(peer, welcome)
        self._peers.add(peer)
        same = hello.get("log_epoch") in {None, self.log_epoch}
        for stream, position in hello["positions"].items():
            await self._follow(peer, stream, position if same else None)

    async def _follow(self, peer: Peer, stream: str, position: int | None) -> None:
        kind, _, name = stream.partition(":")
        head = self.talks[name].head if kind == "conversation" else 0
        if position is None and kind == "conversation":
            await self._snapshot(peer, self.talks[name])
        if kind == "desk":
            rows = [self._row(talk) for talk in self.talks.values()]
            await self._send(peer, {"type": "desk_part", "stream": stream, "rows": rows})
            await self._send(peer, {"type": "desk_end", "stream": stream, "head": 0})
        await self._send(peer, {"type": "following", "stream": stream, "position": head})
        peer.streams.add(stream)
        if position is not None and kind == "conversation":
            for frame in self.talks[name].frames[position:]:
                await self._show(peer, frame)

    async def _snapshot(self, peer: Peer, talk: Talk) -> None:
        messages = [f["message"] for f in talk.frames if f["type"] == "message" and self._visible(peer, f)]
        decisions = [f["decision"] for f in talk.frames if f["type"] == "decision"] if peer.staff else []
        part = {"type": "thread_part", "stream": talk.stream, "messages": messages, "decisions": decisions}
        end = {"type": "thread_end", "stream": talk.stream, "head": talk.head, "control": talk.control}
        await self._send(peer, part)
        await self._send(peer, {**end, "customer": talk.customer, "site": "shop", "locale": "en"})

    async def _frame(self, peer: Peer, frame: dict[str, Any]) -> None:
        if frame["type"] == "follow":
            await self._follow(peer, frame["stream"], frame.get("position"))
        elif frame["type"] == "unfollow":
            peer.streams.discard(frame["stream"])
        else:
            await self._request(peer, frame)

    async def _request(self, peer: Peer, frame: dict[str, Any]) -> None:
        self.requests.append(frame)
        ref = frame.get("client_message_id") or frame["command_id"]
        if ref not in self._commands:
            self._commands[ref] = await self._carry_out(peer, frame, ref)
        if self.drop_before_ack:
            self.drop_before_ack -= 1
            peer.socket.transport.abort()
        else:
            await self._send(peer, {**self._commands[ref], "ref": ref})

    async def _carry_out(self, peer: Peer, frame: dict[str, Any], ref: str) -> dict[str, Any]:
        if frame["type"] in ("say", "choose"):
            return await self._say(peer, frame, ref)
        if frame["type"] == "set_presence":
            return {"type": "accepted"}
        talk = self.talks[frame["conversation"]]
        if frame["type"] != "note" and frame["epoch"] != talk.control["epoch"]:
            return {"type": "error", "code": "stale_epoch", "message": "Look again."}
        return await getattr(self, f"_{frame['type']}")(peer, talk, frame, ref)

    async def _say(self, peer: Peer, frame: dict[str, Any], ref: str) -> dict[str, Any]:
        talk = next((talk for talk in self.talks.values() if talk.customer == peer.me), None)
        if talk is None:
            talk = Talk(self._ids(), peer.me)
            self.talks[talk.id] = talk
        if frame["type"] == "say":
            await self._message(talk, "customer", {"kind": "text", "text": frame["text"]}, ref)
            action, labels = self.bot(frame["text"])
        else:
            intent = frame["intent"]
            body = {"kind": "choice", "choices_message_id": frame["choices_message_id"], "intent": intent}
            await self._message(talk, "customer", {**body, "title": intent}, ref)
            action, labels = ("answer", (intent,)) if intent else ("hand_off", ())
        asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(self._decide(talk, action, labels)))
        return {"type": "accepted", "seq": talk.head, "conversation": talk.id}

    async def _decide(self, talk: Talk, action: str, labels: tuple[str, ...]) -> None:
        if talk.control["status"] != "bot":
            return
        place = {"id": self._ids(), "seq": talk.head + 1, "at": START.isoformat()}
        decision: dict[str, Any] = {**place, "message_ids": [], "action": action}
        decision |= {"reason": "novel" if action == "hand_off" else None, "grounds": "prediction"}
        decision |= {"label": labels[0] if action == "answer" else None, "model": "m", "threshold": 0.5}
        decision |= {"confidence": 0.5, "novelty": 0.5}
        decision["guesses"] = [{"label": label, "title": label, "score": 0.5} for label in labels]
        await self._append(talk, {"type": "decision", "decision": decision})
        if action == "answer":
            await self._message(talk, "bot", {"kind": "text", "text": f"About {labels[0]}: ..."})
        elif action == "clarify":
            options = [{"intent": label, "title": label} for label in labels]
            await self._message(talk, "bot", {"kind": "choices", "options": options})
        else:
            await self._control(talk, status="waiting", controller="nobody", reason="novel")
            await self._message(talk, "system", {"kind": "notice", "code": "handed_off"})

    async def _claim(self, peer: Peer, talk: Talk, frame: dict[str, Any], ref: str) -> dict[str, Any]:
        await self._control(talk, status="assigned", controller="agent", agent_id=peer.me)
        return {"type": "accepted", "seq": talk.head}

    async def _reply(self, peer: Peer, talk: Talk, frame: dict[str, Any], ref: str) -> dict[str, Any]:
        await self._message(talk, "agent", {"kind": "text", "text": frame["text"]}, ref)
        return {"type": "accepted", "seq": talk.head}

    async def _note(self, peer: Peer, talk: Talk, frame: dict[str, Any], ref: str) -> dict[str, Any]:
        await self._message(talk, "agent", {"kind": "text", "text": frame["text"]}, ref, internal=True)
        return {"type": "accepted", "seq": talk.head}

    async def _resolve(self, peer: Peer, talk: Talk, frame: dict[str, Any], ref: str) -> dict[str, Any]:
        if frame["label"] is not None and frame["label"] not in self.intents:
            return {"type": "error", "code": "unknown_intent", "message": "New?"}
        self.resolutions.append(frame)
        await self._control(talk, status="closed", controller="nobody", outcome="resolved")
        return {"type": "accepted", "seq": talk.head}

    # --- delivery --------------------------------------------------------------------------------------------

    async def _control(self, talk: Talk, **changes: Any) -> None:
        epoch = talk.control["epoch"] + 1
        talk.control = {"status": "bot", "controller": "bot", "epoch": epoch, **changes}
        await self._append(talk, {"type": "control", "control": talk.control})
        for peer in [peer for peer in self._peers if "desk" in peer.streams]:
            rows = [self._row(talk)]
            await self._send(peer, {"type": "desk", "stream": "desk", "seq": 1, "rows": rows})

    async def _message(
        self, talk: Talk, author: str, body: dict[str, Any], ref: str | None = None, *, internal: bool = False
    ) -> None:
        at = (START + timedelta(seconds=talk.head)).isoformat()
        message = {"id": self._ids(), "seq": talk.head + 1, "at": at, "author": author, "internal": internal}
        await self._append(talk, {"type": "message", "message": {**message, "client_message_id": ref, "body": body}})

    async def _append(self, talk: Talk, frame: dict[str, Any]) -> None:
        frame |= {"stream": talk.stream, "seq": talk.head + 1}
        talk.frames.append(frame)
        for peer in [peer for peer in self._peers if talk.stream in peer.streams]:
            await self._show(peer, frame)

    async def _show(self, peer: Peer, frame: dict[str, Any]) -> None:
        if not self._visible(peer, frame):
            return
        from_agent = frame["type"] == "message" and frame["message"]["author"] == "agent"
        if not peer.staff and from_agent and self.lose_deliveries:
            self.lose_deliveries -= 1
            return
        await self._send(peer, frame)
        if self.deliver_twice and not peer.staff:
            await self._send(peer, frame)

    @staticmethod
    def _visible(peer: Peer, frame: dict[str, Any]) -> bool:
        internal = frame["type"] == "decision" or (frame["type"] == "message" and frame["message"]["internal"])
        return peer.staff or not internal

    def _row(self, talk: Talk) -> dict[str, Any]:
        row: dict[str, Any] = {
            "conversation": talk.id,
            "seq": talk.head,
            "epoch": talk.control["epoch"],
            "customer": talk.customer,
        }
        row |= {"status": talk.control["status"], "site": "shop", "locale": "en", "queue": "general", "held": False}
        row |= {"last_text": "", "last_customer_seq": 1, "agent_id": talk.control.get("agent_id")}
        empty = ("agent_name", "reason", "waiting_since", "deadline", "snoozed_until", "follow_up", "outcome")
        return {
            **dict.fromkeys((*empty, "last_author", "last_at", "offer", "language", "reply_by", "remind_at", "sla")),
            **dict.fromkeys(("customer_name", "intent")),
            **row,
        }

    @staticmethod
    async def _send(peer: Peer, frame: dict[str, Any]) -> None:
        # Never suspends: a snapshot and the events after it cannot get mixed up.
        peer.outbox.put_nowait(json.dumps(frame))
