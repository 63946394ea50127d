"""Alembic's scripts, shipped inside the package; `escalation.database.migrate` runs them."""
