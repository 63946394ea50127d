"""The results on disk: two files that appear together or not at all."""

import json
import secrets
from pathlib import Path

from escalation.lab.simulation.report import report
from escalation.lab.simulation.summary import Json

FIGURES, REPORT = "simulation.json", "report.html"


def write_results(summary: Json, folder: Path) -> tuple[Path, Path]:
    """Write figures and report into `folder`, made if missing, in place of older ones; return their paths.

    Until both are complete nothing that was there is touched. Raises: OSError.
    """
    texts = {
        FIGURES: json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        REPORT: report(summary),
    }
    folder.mkdir(parents=True, exist_ok=True)
    mark = f".{secrets.token_hex(4)}.partial"
    partial = {name: folder / f".{name}{mark}" for name in texts}
    try:
        for name, text in texts.items():
            partial[name].write_text(text, "utf-8")
        for name in texts:
            partial[name].replace(folder / name)
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)
    return folder / FIGURES, folder / REPORT
