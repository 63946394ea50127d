"""Checks of the invariants on a whole database: what must be true after any fault."""

from escalation.verification.checks import verify_database
from escalation.verification.storage import Finding

__all__ = ["Finding", "verify_database"]
