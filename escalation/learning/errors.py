"""What learning refuses, and why."""

from escalation.events.errors import Superseded
from escalation.kernel.errors import Conflict, NotFound, Unavailable


class ModelMissing(Unavailable):
    """No model is loaded: none was built yet, or none could be read."""

    code = "model_missing"


class ModelUnknown(NotFound):
    """No model of this name is registered and no folder of this name is there."""

    code = "model_unknown"


class StaleChampion(Conflict):
    """Another model became champion (or live) since the sender looked."""

    code = "stale_champion"


class NothingToRollBack(Conflict):
    """There is no earlier version that was champion, and no revision to drop."""

    code = "nothing_to_roll_back"


class RunUnknown(NotFound):
    """No training run has this id."""

    code = "run_unknown"


class RunActive(Conflict):
    """A training run is queued or running already; one learner trains one model at a time."""

    code = "run_active"


class RunOver(Conflict):
    """The training run is over; there is nothing to cancel."""

    code = "run_over"


class RunFailed(Conflict):
    """The training process ended without a model; the message says why."""

    code = "run_failed"


class RunCancelled(Conflict):
    """Somebody cancelled the training run."""

    code = "run_cancelled"


class ExampleUnknown(NotFound):
    """No example has this id."""

    code = "example_unknown"


class LeaseLost(Superseded):
    """Another process became the learner; whatever this one was about to write was not written."""

    code = "lease_lost"


class ResolutionUnreadable(Conflict):
    """An event of the stream `resolutions` cannot be made an example; it is parked."""

    code = "resolution_unreadable"


class DataErased(Conflict):
    """Examples were erased while a model was made of them; it is not kept."""

    code = "data_erased"


class RunStillThere(Unavailable):
    """A training run that was to end because of an erasure is still running; the erasure goes on by itself."""

    code = "run_still_there"


class ModelNotStripped(Unavailable):
    """A model's folder holds vectors of an erased customer and cannot be written anew; the erasure is not complete."""

    code = "model_not_stripped"
