"""An erasure as people read it."""

from escalation.people.erasures import Erasure
from escalation.protocol.rest.privacy import ErasureView


def view(erasure: Erasure) -> ErasureView:
    """Return what an erasure did."""
    return ErasureView(
        customer=erasure.customer,
        at=erasure.at,
        conversations=erasure.conversations,
        messages=erasure.messages,
        examples=len(erasure.examples),
        models=list(erasure.models),
    )
