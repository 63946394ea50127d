"""What assistance refuses, and why."""

from escalation.kernel.errors import NotFound, Unavailable


class GeneratorOff(NotFound):
    """No text generator is set up."""

    code = "generator_off"


class GeneratorFailed(Unavailable):
    """The text generator did not answer, or not with a reply."""

    code = "generator_failed"
