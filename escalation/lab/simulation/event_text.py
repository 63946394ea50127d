"""What the report says of an event of the proof. Pure."""

from escalation.proof.events import AnchorReplaced, ChallengerRefused, DayEndedTripped, ProofEvent, TrialStarted

REFUSED = {
    "certified_stays": "the certified version stays",
    "answers_nothing": "it would answer nothing",
    "gate": "the gate",
}


def event_text(event: ProofEvent) -> str | None:
    """Return one line, None for what the report does not list."""
    if isinstance(event, TrialStarted):
        return f"{event.version} on trial"
    if isinstance(event, ChallengerRefused):
        return f"{event.version} refused: {REFUSED[event.reason]}"
    if isinstance(event, AnchorReplaced):
        return f"{event.anchor.version} answers from {event.anchor.threshold:.3f} ({_grounds(event)})"
    if isinstance(event, DayEndedTripped):
        what = "a new version answers from now on" if event.replaced else "they go on doing so"
        return f"the breaker had tripped: people took everything, {what}"
    return None


def _grounds(event: AnchorReplaced) -> str:
    found = event.certificate
    if found is None:
        return "gate"
    return f"version certificate: {found.coverage:.0%} of messages, {found.used} labels looked at"
