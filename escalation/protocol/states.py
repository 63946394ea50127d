"""Sets of words that the service and its clients share, such as where a conversation stands, or who may do what."""

from enum import StrEnum
from typing import Literal


class Status(StrEnum):
    """Where a conversation stands.

    Holds and snoozes are flags on `assigned`; an offer is the field `offered_to`.
    """

    BOT = "bot"
    WAITING = "waiting"
    ASSIGNED = "assigned"
    CLOSED = "closed"


Availability = Literal["online", "away", "offline"]

Outcome = Literal["answered", "resolved", "abandoned", "expired", "silent"]
"""How a conversation ended: the bot's answer was the last word to a request; an agent resolved it; the customer gave up
waiting or left something open; nobody came in time; no request was ever made."""

ContactState = Literal["open", "handled", "done"]
"""Whether somebody writes to a customer who left an address, or has."""
MailState = Literal["waiting", "sent", "failed"]
"""What became of a mail that the service owes a customer; `failed`: it was given up."""

Reason = Literal[
    "low_confidence",
    "novel",
    "ambiguous",
    "asked_for_human",
    "sensitive_intent",
    "no_answer",
    "unhelpful",
    "repeated",
    "language",
    "classifier_unavailable",
    "not_certified",
    "mention",
    "several_requests",
    "follow_up",
]

Role = Literal["agent", "auditor", "supervisor", "trainer", "admin"]
"""What a member of staff may do."""

Policy = Literal["automatic", "always_handoff", "smalltalk"]
"""What the bot may do with messages of an intent."""

ProposalState = Literal["proposed", "approved", "declined"]
"""Where a proposed answer stands."""

Decision = Literal["approved", "declined"]
"""What somebody decides about a proposed answer."""

FormatName = Literal["yaml", "jsonl", "csv", "rasa"]
"""A format of catalogue files."""

ImportMode = Literal["merge", "replace"]
"""Whether an import keeps the intents that its file does not name."""

ChangeKind = Literal["imported", "added", "changed", "archived", "restored", "undone"]
"""How a change of an intent came about."""

AnsweringMode = Literal["shadow", "provisional", "strict"]
"""Whether the bot answers: not at all and unseen, before its error is proved, or only while it is."""

TrainingMode = Literal["auto", "head", "full"]
"""What a training run fits: the head alone, the encoder as well, or whichever the budget allows."""

RunState = Literal["queued", "running", "succeeded", "refused", "failed", "cancelled"]
"""Where a training run stands."""

Action = Literal["answer", "clarify", "hand_off"]
"""What the bot does with a turn."""

Grounds = Literal["prediction", "choice", "words", "failure", "capacity"]
"""What a decision rests on: the classifier, the customer's pick or words, that the classifier failed, or the room that
people had: without it, the classifier's prediction would have led to something else."""

SecurityKind = Literal[
    "signed_in",
    "sign_in_refused",
    "sign_in_delayed",
    "link_refused",
    "permission_refused",
    "follow_refused",
    "unseen_refused",
    "invited",
    "invitation_withdrawn",
    "account_made",
    "account_disabled",
    "account_enabled",
    "role_changed",
    "capacity_changed",
    "limits_changed",
    "skills_changed",
    "queue_changed",
    "password_link_made",
    "password_reset",
    "password_changed",
    "session_ended",
    "second_factor_set",
    "second_factor_removed",
    "second_factor_reset",
    "second_factor_refused",
    "recovery_code_used",
    "catalogue_exported",
    "contacts_exported",
    "policy_changed",
    "model_promoted",
    "model_rolled_back",
    "answers_stopped",
    "answers_resumed",
    "audits_a_day_changed",
    "answering_mode_changed",
    "accepted_error_changed",
    "probation_changed",
    "customer_named",
    "customer_merged",
    "customer_reported",
    "customer_erased",
    "verified",
    "backed_up",
    "restored",
]
"""What a row of the security log tells of."""
