"""What the settings say, in the words of each package. Nothing is opened or started here."""

from datetime import timedelta

from escalation.assistance.generator import Generator
from escalation.attachments.scanner import Scanner
from escalation.conversations.capacity import CapacityRule
from escalation.conversations.consequences import FOLLOW_UP, OFFER, REPLY, SETTLE, TurnPace
from escalation.conversations.machine import UNDO_WITHIN
from escalation.conversations.service import Rules
from escalation.desk.handoffs import DeskRules
from escalation.desk.rest import BreakRules
from escalation.desk.routing.rules import OFFER_AT_MOST
from escalation.desk.routing.work import REPLY_AT_MOST
from escalation.desk.service import SNOOZE_AT_MOST
from escalation.learning.service import LearningOptions
from escalation.people.staff import SessionRules
from escalation.settings import Settings


def session_rules(settings: Settings) -> SessionRules:
    """How long sessions of staff last."""
    return SessionRules(settings.session_lasts, settings.session_idle)


def break_rules(settings: Settings) -> BreakRules:
    """When staff rest."""
    return BreakRules(settings.break_lasts, settings.break_apart, settings.break_reminder, settings.online_at_most)


def desk_rules(settings: Settings) -> DeskRules:
    """How long customers wait, and for whom."""
    return DeskRules(settings.wait_at_most, settings.overload, queues=settings.all_queues, breaks=break_rules(settings))


def longest_timers(desk: DeskRules) -> dict[str, timedelta]:
    """For how long a timer of each kind is set at most: one further ahead means that the clock went back."""
    return {
        SETTLE: UNDO_WITHIN,
        OFFER: max(desk.offer_lasts, OFFER_AT_MOST),
        REPLY: REPLY_AT_MOST,
        FOLLOW_UP: SNOOZE_AT_MOST,
    }


def scanner(settings: Settings) -> Scanner:
    """What looks at files for viruses."""
    return Scanner(settings.virus_scanner, settings.virus_scanner_within)


def rules(settings: Settings) -> Rules:
    """How the bot answers and waits."""
    pace = TurnPace(settings.turn_pause, settings.turn_longest, settings.turn_deadline)
    capacity = CapacityRule(settings.idle_share, settings.idle_step, settings.long_queue, settings.clarify_step)
    mail_after = settings.mail.after if settings.mail.host else None
    return Rules(pace, settings.reopen_within, mail_after, capacity)


def generator(settings: Settings) -> Generator | None:
    """What drafts replies; None where none is set."""
    if not settings.generator_url:
        return None
    key, seconds = settings.generator_key.get_secret_value(), settings.generator_seconds.total_seconds()
    return Generator(settings.generator_url, settings.generator_model, key, seconds)


def learning_options(settings: Settings) -> LearningOptions:
    """Where models are, and how they are made."""
    return LearningOptions(
        models_dir=settings.models_dir,
        encoders=settings.encoders,
        encoder=settings.encoder,
        alpha=settings.alpha,
        first=settings.model,
        learn=settings.learn,
        refit_pause=settings.refit_pause,
        gate_share=settings.gate_share,
        training_budget=settings.training_budget,
        novelty_limit=settings.novelty_limit,
        clarify_floor=settings.clarify_floor,
        languages=settings.languages,
    )
