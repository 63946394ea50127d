"""What the operator's settings say of the proof, for the service and for commands beside it."""

from escalation.proof.swaps import SwapPace
from escalation.proof.values import ProofSettings
from escalation.secrets_file import derive
from escalation.settings import Settings


def proof_settings(settings: Settings, master: bytes) -> ProofSettings:
    """Return what the service proves with; `master` is the content of `secret.key`."""
    return ProofSettings(
        derive(master, "audit coin"),
        settings.alpha,
        mode=settings.mode,
        audits_a_day=settings.audits_a_day,
        probation_share=settings.probation_share,
        probation_budget=settings.probation_budget,
        swaps=SwapPace(settings.swap_apart, settings.swap_examples),
    )
