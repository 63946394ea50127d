"""Names of what conversations tell on streams of others: which stream, and which types of events. Part of the log."""

from typing import Final

RESOLUTIONS: Final = "resolutions"
"""The stream that learning and proposed answers follow."""
PUBLISHED: Final = "ResolutionPublished"
PUBLISHED_VERSION: Final = 2
REVOKED: Final = "ResolutionRevoked"
"""A published resolution was withdrawn after all."""
ERASED: Final = "ConversationErased"
"""Every word of a conversation is gone, also what resolutions of it named."""
OPENED: Final = "ConversationOpened"
"""On the stream `customer:<id>`: which conversation is open."""
CONTACTS: Final = "contacts"
"""The stream that tells consoles which entry of the contacts changed."""
CONTACT_CHANGED: Final = "ContactChanged"
