"""Which tests may skip on CI. Anywhere else a test skips where what it needs is missing; on CI it fails instead."""

import os
from collections.abc import Generator

import pytest

DECLARED = {
    "ClamAV is not installed": "other tests play a scanner that finds something, fails, hangs or is not there",
    "without VNNI signed products may saturate": "the processor cannot; another test compares the weights themselves",
    "fakes node with a shell script": "Windows runs no shell scripts, and the build asks node the same way there",
}
"""Reasons for which a test may skip on CI too, and why that is no loss."""


def judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not (report.skipped and os.environ.get("CI")) or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix(
        "Skipped: "
    )
    if reason not in DECLARED:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} must not skip on CI (tests/skips.py): {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip that is not declared into a failure."""
    report = yield
    judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure."""
    report = yield
    judge(report)
    return report
