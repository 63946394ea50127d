"""What report and terminal both say: numbers as text, and how near the certificate is. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]


def percent(value: float) -> str:
    """Write a share as per cent, as many digits as it needs."""
    return f"{100 * value:.4g} %"


def count(value: float) -> str:
    """Write a count, thousands apart."""
    return f"{value:,.0f}"


def share(value: float | None) -> str:
    """Write a share as per cent with one decimal, two below one per cent; a dash for none."""
    if value is None:
        return "–"
    said = f"{value:.2%}" if 0 < abs(value) < 0.01 else f"{value:.1%}"
    return said.replace("-", "−")


def number(value: float | None) -> str:
    """Write a count, with one decimal where it is small and no whole number; a dash for none."""
    if value is None:
        return "–"
    return count(value) if value == round(value) or value >= 100 else f"{value:.1f}"


def outlook_words(summary: Json) -> list[str]:
    """Return sentences on how near the window certificates are at the end, and what would bring them sooner."""
    proof, scenario = summary["certificates"], summary["scenario"]
    found, runs = proof["outlook"], proof["runs"]
    if found is None:
        return ["No version is certified: only people have answered so far.", *_missing_version(proof["trial"])]
    if proof["runs_certified_at_end"] == runs:
        return ["The window is certified at the end."]
    wrong = summary["strategies"]["ours"]["wrong_share"]["mean"]
    said = [
        f"Audits came out wrong in {_percent(found['noticed'])} of {number(found['audits']['mean'])} cases; "
        f"{share(wrong)} of all answers were, and what is left are auditors' mistakes that {_labels(scenario)} let "
        f"through. The certificate tests them against {_percent(found['tested'])}: {share(scenario['alpha'])} less "
        f"what auditors may miss."
    ]
    return [*said, *_missing(found, runs), _advice(scenario)]


def _missing(found: Json, runs: int) -> list[str]:
    """Return what is missing in the runs that lack it and in which it would come."""
    half, likely, days = (_span(found[name]["runs"]) for name in ("half", "likely", "days"))
    where = "" if runs == 1 else " where it is missing"
    said = []
    if half:
        more = f", {likely} for a chance of 80 %" if likely else ""
        said.append(
            f"If that stays, a certificate takes {half} more audits for an even chance{where}{more}: the even chance "
            f"is {days} days away at the present pace, the end of the window {found['left']['mean']:,.0f}."
        )
    if found["runs_hopeless"]:
        said.append(
            f"In {found['runs_hopeless']} of {found['runs']} runs none will ever come so: audits come out wrong as "
            f"often as the share they are tested against."
        )
    return said


def _missing_version(found: Json | None) -> list[str]:
    """Return what the first version certificate still takes."""
    if found is None:
        return []
    half, days = _span(found["half"]["runs"]), _span(found["days_half"]["runs"])
    hopeless = f"In {found['runs_hopeless']} of {found['runs']} runs no version on trial is good enough ever to be."
    needs = f"The version nearest to it needs {half} more messages, {days} days, for an even chance."
    return [*([needs] if half else []), *([hopeless] if found["runs_hopeless"] else [])]


def _advice(scenario: Json) -> str:
    five = "" if scenario["labels_on_disagreement"] > 4 else "five labels on a disagreement, "
    return f"What brings it sooner: {five}more audits a day, a greater accepted error."


def _labels(scenario: Json) -> str:
    return {3: "three", 4: "four", 5: "five"}[scenario["labels_on_disagreement"]] + " labels on a disagreement"


def _span(values: Sequence[float | None]) -> str:
    """Write the least and the greatest of what is missing at all and ever comes; nothing without any."""
    there = [f"{value:,.0f}" for value in sorted(each for each in values if each)]
    return " to ".join(dict.fromkeys(there[:1] + there[-1:]))


def _percent(band: Json) -> str:
    mean: float | None = band["mean"]
    return "–" if mean is None else f"{mean:.2%}"
