"""Admins change how the bot may answer over REST; the session's view says so at once."""

from collections.abc import Iterator

import pytest

from escalation.proof import policy
from tests.web.service import WebService


@pytest.fixture
def governed(service: WebService) -> Iterator[WebService]:
    """The service, whose mode and accepted error are put back afterwards."""
    yield service
    with service.signed_in("robin") as admin:
        back = {"mode": "provisional", "alpha": 0.05, "reason": "as it was"}
        assert admin.put("/api/v1/certificate/policy", json=back).status_code == 204


def test_a_change_holds_at_once_and_others_may_not_make_it(governed: WebService) -> None:
    with governed.signed_in("robin") as admin, governed.signed_in("sam") as other:
        change = {"mode": "shadow", "alpha": 0.1, "reason": "we look first"}
        assert other.put("/api/v1/certificate/policy", json=change).status_code == 403
        before = admin.get("/api/v1/session").json()["service"]
        assert admin.put("/api/v1/certificate/policy", json=change).status_code == 204
        after = admin.get("/api/v1/session").json()["service"]
        assert (before["mode"], before["answering"], before["chosen"]) == ("provisional", True, True)
        assert (after["mode"], after["answering"], after["alpha"]) == ("shadow", False, 0.1)
        assert after["threshold"] < before["threshold"]
        dial = other.get("/api/v1/certificate/dial").json()
        assert dial["alpha"] == 0.1 and [each["alpha"] for each in dial["positions"]] == [
            0.005, 0.01, 0.02, 0.03, 0.05, 0.1,
        ]  # fmt: skip
        coverage = [each["coverage"] for each in dial["positions"]]
        assert coverage == sorted(coverage)
        log = admin.get("/api/v1/security-log").json()["rows"]
        assert {row["kind"] for row in log[:4]} >= {"answering_mode_changed", "accepted_error_changed"}


@pytest.mark.parametrize(
    "wrong", [{"mode": "loud"}, {"alpha": 0.0}, {"alpha": 0.9}, {"probation_share": 0.5}, {"reason": ""}]
)
def test_what_cannot_be_is_refused(governed: WebService, wrong: dict[str, object]) -> None:
    with governed.signed_in("robin") as admin:
        answer = admin.put("/api/v1/certificate/policy", json={"reason": "to see", **wrong})
        assert answer.status_code == 422
        assert governed.services.database.read_now(policy.current).mode == "provisional"
