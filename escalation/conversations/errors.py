"""What a command on a conversation can be refused for. Nothing changes when one of these is raised."""

from escalation.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class NotAllowedNow(Conflict):
    """The command is not allowed in the conversation's present status."""

    code = "not_allowed_now"


class BothOpen(Conflict):
    """Two customers cannot be merged while people are asked for in an open conversation of each."""

    code = "both_open"


class StaleEpoch(Conflict):
    """Control changed since the screen or timer that sent this looked."""

    code = "stale_epoch"


class NotOwner(Forbidden):
    """Somebody else owns this conversation."""

    code = "not_owner"


class CustomerWroteSince(Conflict):
    """The customer wrote after what the sender had seen."""

    code = "customer_wrote_since"


class TooLate(Conflict):
    """The time in which this could be taken back is over."""

    code = "too_late"


class TooLateToChange(TooLate):
    """A message can be edited and deleted for a minute, and not after the resolution."""

    code = "too_late_to_change"


class NoSuchChoice(Invalid):
    """The pick is not among the choices offered last."""

    code = "no_such_choice"


class UnknownIntent(Invalid):
    """The label is not in the catalogue; send `new_intent` to create it on purpose."""

    code = "unknown_intent"


class WordsErased(NotFound):
    """The words were erased, so nothing can be said of them any more."""

    code = "words_erased"
