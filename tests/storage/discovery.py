"""Finds what features register when they are imported: tables, event types, upcasts."""

import importlib
from pathlib import Path

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import escalation
from escalation.events import UPCASTS

ROOT = Path(escalation.__file__).parent


def import_all(*names: str) -> None:
    """Import every module of the product whose file has one of these names."""
    for name in names:
        for path in sorted(ROOT.rglob(f"{name}.py")):
            importlib.import_module(".".join(("escalation", *path.relative_to(ROOT).with_suffix("").parts)))


def all_tables() -> MetaData:
    """The metadata with every feature's tables in it."""
    import_all("tables")
    return SQLModel.metadata


def all_event_types() -> dict[str, int]:
    """Every declared event type with its current version."""
    import_all("events", "upcasts")
    return UPCASTS.declared()
