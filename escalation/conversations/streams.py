"""Names of what conversations tell on streams of others: which stream, and which types of events. Part of the log."""

from typing import Final

RESOLUTIONS: Final = "resolutions"
"""The stream learning follows."""
PUBLISHED: Final = "ResolutionPublished"
REVOKED: Final = "ResolutionRevoked"
"""A published resolution was withdrawn after all."""
OPENED: Final = "ConversationOpened"
"""On the stream `customer:<id>`: which conversation is open."""
