"""What a browser's user agent says in two words: its name and its system. People tell their sessions apart by them."""

from dataclasses import dataclass

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ("python-httpx", "escalation command"),
)  # fmt: skip
"""Marks in the order in which they are looked for: Edge and Opera name Chrome too, and Chrome names Safari."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Device:
    """Proper names; None where the user agent does not tell."""

    browser: str | None
    system: str | None


def device_of(user_agent: str) -> Device:
    """Return what a user agent says. Anybody may send any, so it proves nothing."""
    return Device(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in marks if mark in user_agent), None)
