"""How near the running window is to its certificate. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from escalation.proof.certificate import LONGEST, WindowCertificate
from escalation.proof.forecast import window_audits_missing


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is missing until a certificate.

    Of `audits` the share `noticed` came out wrong; `tested` is the share they are tested against: alpha less what the
    auditors may miss. `half` and `likely`: audits missing for a certificate with a chance of 50 and 80 %, infinite
    where it will not come if answers and auditors stay as they are; `days`, those of `half` at the present pace;
    `left`: days until the window ends.
    """

    audits: int
    noticed: float
    tested: float
    e_value: float
    needed: float
    half: float
    likely: float
    days: float
    left: float


def outlook(found: WindowCertificate, now: datetime) -> Outlook:
    """Return how near `found` is, for a window that goes on as it did until now."""
    window, terms, day = found.window, found.terms, timedelta(days=1)
    pace = window.drawn / max((now - window.started_at) / day, 1e-9)
    missing = window_audits_missing(window, terms, drawn_a_day=pace)
    half, likely, days = (inf if x is None else x for x in (missing.half, missing.likely, missing.days_half))
    return Outlook(
        window.drawn, (window.wrong + window.pending) / max(window.drawn, 1), terms.alpha * (1 - (terms.miss or 0.0)),
        found.e_value, found.needed, half, likely, days, (window.started_at + LONGEST - now) / day,
    )  # fmt: skip
