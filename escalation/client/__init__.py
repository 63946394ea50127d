"""Async Python client of the service: what a customer's widget and an agent's console do, without a screen."""

from escalation.client.backoff import Backoff
from escalation.client.customer import CustomerClient, Identity, create_identity
from escalation.client.errors import ClientError, ConnectionEnded, RequestRefused, TookTooLong, Unreachable
from escalation.client.rest import Rest
from escalation.client.staff import StaffClient
from escalation.client.thread import Thread

__all__ = [
    "Backoff",
    "ClientError",
    "ConnectionEnded",
    "CustomerClient",
    "Identity",
    "RequestRefused",
    "Rest",
    "StaffClient",
    "Thread",
    "TookTooLong",
    "Unreachable",
    "create_identity",
]
