"""What is said about certificates that did not come: why, how many audits are missing, and when it is hopeless."""

from typing import Any

from escalation.lab.simulation.words import number, outlook_words, share


def band(*runs: float | None) -> dict[str, Any]:
    return {"mean": runs[0], "runs": list(runs)}


def a_summary(
    *, certified: int = 0, hopeless: int = 0, half: float | None = 5_971.0, labels: int = 3
) -> dict[str, Any]:
    outlook = {
        "audits": band(1_118.0), "noticed": band(0.0143), "tested": band(0.0186), "half": band(half),
        "likely": band(None if half is None else 10_033.0), "days": band(None if half is None else 133.5),
        "left": band(65.0), "runs": 2, "runs_hopeless": hopeless,
    }  # fmt: skip
    return {
        "scenario": {"labels_on_disagreement": labels, "alpha": 0.02},
        "certificates": {"runs": 2, "runs_certified_at_end": certified, "outlook": outlook},
        "strategies": {"ours": {"wrong_share": band(0.0093)}},
    }


def test_a_missing_certificate_is_explained_with_audits_and_days() -> None:
    said = " ".join(outlook_words(a_summary()))
    assert "1.43% of 1,118" in said and "0.93% of all answers" in said and "1.86%" in said
    assert "5,971 more audits" in said and "10,033" in said and "134 days" in said and "five labels" in said


def test_several_runs_are_spanned_without_those_that_lack_nothing_or_all() -> None:
    summary = a_summary(certified=1, hopeless=1)
    outlook = summary["certificates"]["outlook"]
    outlook |= {"half": band(0.0, 900.0, None, 400.0), "likely": band(0.0, 1_000.0, None, 1_000.0)}
    said = " ".join(outlook_words(summary))
    assert "takes 400 to 900 more audits" in said and "where it is missing, 1,000 for" in said


def test_hopeless_runs_are_counted_and_no_number_is_made_up() -> None:
    said = " ".join(outlook_words(a_summary(hopeless=2, half=None)))
    assert "2 of 2 runs none" in said and "more audits for an even chance" not in said
    assert "five labels on a disagreement, more" not in " ".join(outlook_words(a_summary(labels=5)))


def test_a_certified_window_and_none_at_all_are_said_in_a_sentence() -> None:
    assert outlook_words(a_summary(certified=2)) == ["The window is certified at the end."]
    nothing = a_summary()
    nothing["certificates"] |= {"outlook": None, "trial": None}
    assert len(outlook_words(nothing)) == 1 and "only people" in outlook_words(nothing)[0]


def test_a_version_on_trial_says_what_it_needs() -> None:
    shadow = a_summary()
    trial = {"half": band(1_200.0), "days_half": band(6.0), "runs": 2, "runs_hopeless": 1}
    shadow["certificates"] |= {"outlook": None, "trial": trial}
    said = " ".join(outlook_words(shadow))
    assert "1,200 more messages, 6 days" in said and "1 of 2 runs no version" in said


def test_numbers_are_written_as_people_read_them() -> None:
    assert [share(x) for x in (None, 0.0, 0.0093, 0.712, -0.0041)] == ["–", "0.0%", "0.93%", "71.2%", "−0.41%"]
    assert [number(x) for x in (None, 3.0, 2.5, 2835.4)] == ["–", "3", "2.5", "2,835"]
