"""Checks of the invariants on a whole database: what must be true after any fault."""

from escalation.verification.checks import Finding, verify_database

__all__ = ["Finding", "verify_database"]
