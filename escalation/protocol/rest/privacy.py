"""Bodies of what concerns customers' rights to their data."""

from escalation.protocol.rest.base import Moment, ResponseBody


class ErasureView(ResponseBody):
    """What the erasure of a customer did, all attempts together."""

    customer: str
    at: Moment
    """When it began."""
    conversations: int
    """How many conversations lost their words."""
    messages: int
    """How many messages, notes and notices were overwritten."""
    examples: int
    """How many examples were deleted."""
    models: list[str]
    """Versions and revisions that learnt from those examples. The examples were taken out of their folders; what their
    weights learnt stays, until models made without them take their place."""


class RetentionView(ResponseBody):
    """What a site keeps, and what is due to go now."""

    site: str
    customers_days: float | None
    """After so many quiet days a customer is erased; null: never."""
    customers: int
    """How many customers are due."""
    contacts_days: float | None
    """After so many days an address that a customer left is deleted; null: never."""
    contacts: int
    """How many addresses are due."""


class RetentionList(ResponseBody):
    """What is due to go, by site."""

    sites: list[RetentionView]
