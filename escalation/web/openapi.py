"""How REST is described: what the OpenAPI document says besides the routes and their models."""

from typing import Any

from fastapi import FastAPI

from escalation.web.guards import CSRF_HEADER, SAFE

DESCRIPTION = """\
What is not live: sign-in, the catalogue, learning, and what happened. Conversations themselves run over WebSockets.

Every answer with a status from 400 on is `{"error": {"code", "message"}}`; codes are stable, messages may change. Times
are UTC in ISO 8601. A client must ignore fields that it does not know.
"""
TAGS = [
    {"name": "people", "description": "Identities of customers, sessions and accounts of staff."},
    {"name": "attachments", "description": "Files that customers and agents send."},
    {"name": "catalogue", "description": "Intents, their answers and policies; files in and out."},
    {"name": "learning", "description": "Examples, models and training runs."},
    {"name": "conversations", "description": "Decisions of the bot, and earlier conversations of a customer."},
    {"name": "contacts", "description": "Addresses that customers left, and who writes to them."},
    {"name": "reports", "description": "What was counted of conversations, by day, queue, agent, team and intent."},
    {"name": "service", "description": "Whether the service is alive, ready and sound."},
]


class Application(FastAPI):
    """FastAPI with an OpenAPI document that also says what FastAPI cannot know."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document; made at the first call."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the CSRF token, and with errors in JSON also where the answer is text."""
    paths, components = _untitled(document["paths"]), _untitled(document["components"])
    about = "The value `csrf` of `GET /api/v1/session`."
    scheme = {"type": "apiKey", "in": "header", "name": CSRF_HEADER, "description": about}
    components["securitySchemes"]["csrf"] = scheme
    for path in paths.values():
        for method, operation in path.items():
            if method.upper() not in SAFE and "security" in operation:
                operation["security"] = [{**operation["security"][0], "csrf": []}]
            for status, response in operation["responses"].items():
                if status >= "400":
                    (content,) = response["content"].values()
                    response["content"] = {"application/json": content}
    return {**document, "paths": paths, "components": components}


def _untitled(part: Any) -> Any:
    """Return the schema without the titles that are made from names of fields; a field of that name stays."""
    if isinstance(part, list):
        return [_untitled(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {k: _untitled(value) for k, value in part.items() if not (k == "title" and isinstance(value, str))}
