"""The security log: who did what that matters to safety, append-only, each row with the hash of the one before."""

from escalation.security.actors import COMMAND, SYSTEM, Actor, actor_of
from escalation.security.log import SecurityLog

__all__ = ["COMMAND", "SYSTEM", "Actor", "SecurityLog", "actor_of"]
