"""The bot's side: turns that fell due are predicted outside, then decided inside one transaction.

A turn is a row, so it survives the process. Whatever happens between predicting and deciding shows when the row and the
conversation are looked at again under the lock: another epoch, and the turn is dropped; a newer message, and it is
taken again (at most twice); past its deadline, and a person takes it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from escalation.conversations import commands as c
from escalation.conversations import decision as d
from escalation.conversations import events as e
from escalation.conversations import parts, repository
from escalation.conversations.capacity import by_room
from escalation.conversations.judging import Judged, TurnReader
from escalation.conversations.model import Conversation, turn_text
from escalation.conversations.predictions import UNDETERMINED, Predicted, Predictor
from escalation.conversations.request import Lack, lack_of_request
from escalation.conversations.service import BOT_ACTOR, Conversations
from escalation.conversations.tables import ConversationRow, MessageRow, TurnRow
from escalation.database import Database, Prepared, Transaction, table_of
from escalation.kernel.ids import Ids
from escalation.logs import get_logger
from escalation.protocol.messages import TextBody
from escalation.protocol.states import Grounds, Status

MOST_RETAKES = 2
PAGE = 256
MOST_LOOKED_AT = 2_000
"""Turns a look can tell apart from those in work; more than can be in work at once."""

_log = get_logger(__name__)
_turns = table_of(TurnRow)
_messages = table_of(MessageRow)
_conversations = table_of(ConversationRow)

_WAITING = Prepared(
    select(_turns.c.conversation)
    .where(_turns.c.due_at <= bindparam("now"))
    .order_by(_turns.c.due_at)
    .limit(MOST_LOOKED_AT)
)
_DUE = Prepared(
    select(_turns, _conversations.c.state)
    .join(_conversations, _conversations.c.id == _turns.c.conversation)
    .where(_turns.c.conversation.in_(bindparam("free", expanding=True)))
    .order_by(_turns.c.due_at)
)
_ACTIONS = {d.AnswerVerdict: "answer", d.AnswersVerdict: "answer", d.HandOffVerdict: "hand_off"}
_NEXT_DUE = Prepared(select(func.min(_turns.c.due_at)).where(_turns.c.due_at > bindparam("now")))


@dataclass(frozen=True)
class DueTurn:
    """A turn to decide: its row, and the words it is about."""

    conversation: str
    epoch: int
    up_to_seq: int
    deadline: datetime
    text: str


@dataclass
class TurnWorker:
    """Decides turns as they fall due; one instance a process."""

    database: Database
    conversations: Conversations
    predictor: Predictor
    ids: Ids
    now: Callable[[], datetime]
    poll_seconds: float = 1.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def poke(self) -> None:
        """Look again now: a turn may have been added."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; what was not decided by then stays a row, and the next process decides it."""
        try:
            while True:
                self._wake.clear()
                pause = await self.step()
                if pause > 0:
                    await self._sleep(pause)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def step(self) -> float:
        """Start work on every due turn; return the seconds until the next one falls due."""
        due, until_next = await self.database.read(self._due)
        for turn in due:
            if turn.conversation not in self._busy:
                self._start(turn)
        if len(due) == PAGE:
            await asyncio.sleep(0)
            return 0.001
        return self.poll_seconds if until_next is None else min(max(until_next, 0.001), self.poll_seconds)

    def _start(self, turn: DueTurn) -> None:
        self._busy[turn.conversation] = asyncio.create_task(self._work(turn))

    async def _work(self, turn: DueTurn) -> None:
        try:
            await self.decide(turn)
        except Exception:
            _log.exception("turn_failed", conversation=turn.conversation)
            await asyncio.sleep(self.poll_seconds)
        finally:
            self._busy.pop(turn.conversation, None)
        self._wake.set()  # what was written meanwhile was passed over while this was in work

    async def settle(self) -> None:
        """Wait until no turn is in work (tests, drain)."""
        while self._busy:
            await asyncio.gather(*list(self._busy.values()), return_exceptions=True)

    async def decide(self, turn: DueTurn) -> None:
        """Predict, then decide under the lock."""
        try:
            left = max((turn.deadline - self.now()).total_seconds(), 1.0)
            async with asyncio.timeout(left):
                predicted: Predicted | None = await self.predictor.predict(turn.text)
        except Exception as error:
            _log.warning("prediction_failed", conversation=turn.conversation, error=type(error).__name__)
            if self.now() < turn.deadline:
                await asyncio.sleep(min(0.2, self.poll_seconds))
                return
            predicted = None
        lacks = lack_of_request(turn.text)
        try:
            await self.database.write(lambda tx: self._conclude(tx, turn, predicted, lacks))
        except Exception:
            if predicted is None or self.now() < turn.deadline:
                raise
            # What cannot be carried out by the deadline must not keep the customer waiting for ever.
            _log.exception("verdict_failed", conversation=turn.conversation)
            await self.database.write(lambda tx: self._conclude(tx, turn, None, lacks))

    def _due(self, tx: Transaction) -> tuple[list[DueTurn], float | None]:
        """What is due, and the seconds until the next one is; by the clock the rows were written with."""
        now = tx.now
        waiting = tx.execute(_WAITING, {"now": now}).scalars()
        free = [conversation for conversation in waiting if conversation not in self._busy][:PAGE]
        rows = tx.execute(_DUE, {"free": free}).all() if free else []
        next_due: datetime | None = tx.execute(_NEXT_DUE, {"now": now}).scalar()
        until_next = None if next_due is None else (next_due - now).total_seconds()
        wanted = {row.conversation: row.state["open_message_ids"] for row in rows}
        words = repository.texts(tx, [message for ids in wanted.values() for message in ids]) if rows else {}
        return [_due_turn(row, wanted[row.conversation], words) for row in rows], until_next

    # --- inside the transaction ---------------------------------------------------------------------------------

    def _conclude(self, tx: Transaction, turn: DueTurn, predicted: Predicted | None, lacks: Lack | None) -> None:
        before = repository.load(tx, turn.conversation)
        row = repository.turn_of(tx, turn.conversation)
        if row is None:
            return
        if row.epoch != turn.epoch or before.epoch != row.epoch or before.status is not Status.BOT:
            if row.epoch == turn.epoch:
                repository.drop_turn(tx, turn.conversation)
            return
        unseen = before.last_customer_seq > turn.up_to_seq
        if unseen and row.retakes < MOST_RETAKES:
            retake = _turns.update().where(_turns.c.conversation == turn.conversation)
            tx.execute(retake.values(retakes=row.retakes + 1))
            return
        # never decide on words the prediction has not seen
        after = self._act(tx, before, *(("", None, None) if unseen else (turn.text, predicted, lacks)))
        if after.status is Status.BOT:  # whoever takes it from the bot takes the turn with it
            repository.drop_turn(tx, turn.conversation)

    def _act(
        self, tx: Transaction, before: Conversation, text: str, predicted: Predicted | None, lacks: Lack | None
    ) -> Conversation:
        watch = self.conversations.watch
        reader = TurnReader(before, text, lacks, self.conversations.catalogue(), watch.govern(tx))
        judged = reader.judged(predicted, lambda: watch.probation(tx))
        rule = self.conversations.capacity_rule
        if rule.used:
            room = self.conversations.room(tx)
            judged = by_room(judged, rule, room, lambda step: reader.asking(predicted, step))
        verdict, decision = judged.verdict, parts.with_parts(self._decision(before, judged, predicted), judged.parts)
        match verdict:
            case d.AnswerVerdict():
                command: c.Command = self._answer(before, verdict, decision)
            case d.AnswersVerdict():
                command = parts.command(before, verdict, decision, self.ids)
            case d.ClarifyVerdict():
                command = c.Clarify(
                    actor=BOT_ACTOR,
                    epoch=before.epoch,
                    message_id=self.ids(),
                    options=verdict.options,
                    up_to_seq=before.last_customer_seq,
                    decision=decision,
                )
            case d.AskWhatVerdict():
                command = c.AskWhat(
                    actor=BOT_ACTOR,
                    epoch=before.epoch,
                    message_id=self.ids(),
                    up_to_seq=before.last_customer_seq,
                    decision=self.conversations.decided(before, "clarify", None, "words", None),
                )
            case d.HandOffVerdict():
                return self.conversations.hand_off(tx, before, verdict.reason, "prediction", decision=decision)
        return self.conversations.apply(tx, before, command)

    def _answer(self, before: Conversation, verdict: d.AnswerVerdict, decision: e.DecisionMade) -> c.Answer:
        return c.Answer(
            actor=BOT_ACTOR,
            epoch=before.epoch,
            message_id=self.ids(),
            text=TextBody(text=verdict.text).text,
            intent=verdict.intent,
            smalltalk=verdict.smalltalk,
            up_to_seq=before.last_customer_seq,
            decision=decision,
        )

    def _decision(self, before: Conversation, judged: Judged, predicted: Predicted | None) -> e.DecisionMade:
        verdict = judged.verdict
        action: Any = _ACTIONS.get(type(verdict), "clarify")
        return e.DecisionMade(
            decision_id=self.ids(),
            message_ids=before.open_message_ids,
            action=action,
            reason=verdict.reason if isinstance(verdict, d.HandOffVerdict) else None,
            grounds=_grounds(judged, predicted),
            label=predicted.guesses[0].label if predicted and predicted.guesses else None,
            model=predicted.model if predicted else None,
            threshold=judged.threshold,
            confidence=predicted.confidence if predicted else None,
            novelty=predicted.novelty if predicted else None,
            guesses=predicted.guesses if predicted else (),
            neighbours=predicted.neighbours if predicted else (),
            epoch=before.epoch,
            language=predicted.language if predicted and predicted.language != UNDETERMINED else None,
            blind=judged.blind or (action != "answer" and self.conversations.is_blind_item(before.id)),
            lane=judged.lane,
            votes=judged.votes,
        )


def _grounds(judged: Judged, predicted: Predicted | None) -> Grounds:
    if judged.by_capacity:
        return "capacity"
    return "prediction" if predicted else "failure"


def _due_turn(row: Row[Any], message_ids: list[str], words: dict[str, str]) -> DueTurn:
    text = turn_text(message_ids, words)
    return DueTurn(row.conversation, row.epoch, row.up_to_seq, row.deadline, text)
