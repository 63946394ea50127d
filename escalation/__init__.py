"""Chat service that answers routine messages, hands the rest to people, and learns from what they resolve."""

__version__ = "0.1.0"
