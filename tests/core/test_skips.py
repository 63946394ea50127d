"""On CI a test that skips for a reason not declared in tests/skips.py fails."""

import pytest

from tests.skips import DECLARED, judge


def a_skip(reason: str) -> pytest.TestReport:
    return pytest.TestReport(
        "test_it", ("test.py", 1, "test_it"), {}, "skipped", ("test.py", 1, f"Skipped: {reason}"), "call"
    )


@pytest.mark.parametrize(
    ("ci", "reason", "outcome"),
    [
        ("true", "no server answers", "failed"),
        ("", "no server answers", "skipped"),
        *(("true", reason, "skipped") for reason in DECLARED),
    ],
)
def test_only_declared_skips_pass_on_ci(monkeypatch: pytest.MonkeyPatch, ci: str, reason: str, outcome: str) -> None:
    monkeypatch.setenv("CI", ci)
    report = a_skip(reason)
    judge(report)
    assert report.outcome == outcome
    assert (reason in str(report.longrepr)) and ("must not skip" in str(report.longrepr)) == (outcome == "failed")


def test_what_is_known_to_fail_is_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    report = a_skip("")
    report.wasxfail = "known"
    judge(report)
    assert report.outcome == "skipped"


def test_the_hooks_are_in_force() -> None:
    from tests import conftest

    assert conftest.pytest_runtest_makereport and conftest.pytest_make_collect_report
