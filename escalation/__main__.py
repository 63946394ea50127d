"""`python -m escalation` and the `escalation` command."""

import os

# numpy reads these once, when it is imported: one thread a process is fastest beside a serving model.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def main() -> None:
    """Run the command line."""
    from escalation.cli import app

    app(prog_name="escalation")


if __name__ == "__main__":
    main()
