"""Write the next migration from the models: `python -m tests.storage.make_migration NUMBER "what it does"`.

With `--squash` all migrations there are deleted first and one is written that makes everything: only before a release.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from escalation.database.database import Database
from escalation.database.migrate import MIGRATIONS, upgrade, write_migration
from escalation.kernel.clock import SystemClock
from tests.storage.discovery import all_tables

VERSIONS = MIGRATIONS / "versions"


def main() -> None:
    """Migrate an empty SQLite database, compare it with the models, write the difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="four digits, one more than the newest: 0002")
    parser.add_argument("message")
    parser.add_argument("--squash", action="store_true")
    options = parser.parse_args()
    if options.squash:
        for old in VERSIONS.glob("v*.py"):
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/empty.sqlite", clock=SystemClock())
        try:
            upgrade(database)
            path = write_migration(database, all_tables(), options.revision, options.message, VERSIONS)
        finally:
            database.close()
    for step in (["check", "--fix", "--select", "I", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, str(path)], check=True)
    print(path.relative_to(Path.cwd()))  # noqa: T201


if __name__ == "__main__":
    main()
