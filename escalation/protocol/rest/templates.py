"""REST of templates: replies that agents insert by a name."""

from pydantic import Field

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody


class TemplateBody(RequestBody):
    """A template as somebody writes it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    """What an agent types behind a slash: small letters, digits, `-` and `_`. No two are the same."""
    text: str = Field(min_length=1, max_length=4_000)
    """`{agent}` becomes the agent's name, `{site}` the name of the site. Other names in braces are refused."""


class TemplateView(ResponseBody):
    """A template."""

    id: str
    name: str
    text: str
    changed_at: Moment


class TemplateList(ResponseBody):
    """Every template, by name."""

    templates: list[TemplateView]
