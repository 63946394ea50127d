"""The risk dial as people read it: the model's thresholds, the traffic of late, and the census of the shadow mode."""

from dataclasses import asdict

from escalation.classifier.confidence.threshold import Choices
from escalation.database import Transaction
from escalation.proof import policy, rows, traffic
from escalation.proof.dial import Expected, positions, with_accepted
from escalation.proof.values import ProofSettings
from escalation.protocol.rest.proof import DialPosition, RiskDialView


def risk_dial(tx: Transaction, settings: ProofSettings, choices: Choices) -> RiskDialView:
    """Return what each accepted error would mean; none where no model is loaded."""
    known, now, seen = rows.state(tx), policy.current(tx), traffic.recent(tx)
    budget, (share, errors) = rows.budget(known, settings), rows.probation(known, settings)
    expected = [Expected(alpha, each.threshold, each.coverage, each.risk) for alpha, each in choices]
    found = positions(with_accepted(expected, now.alpha), seen, budget, settings.delta, tx.now)
    would_be, agreed = traffic.census(tx)
    return RiskDialView(
        mode=now.mode,
        alpha=now.alpha,
        probation_share=share,
        probation_budget=errors,
        grounds="traffic" if seen.tells else "out_of_fold",
        requests=len(seen.confidence),
        requests_an_hour=seen.an_hour,
        audits_a_day=budget,
        would_be=would_be,
        agreed=agreed,
        positions=[DialPosition(**asdict(each)) for each in found],
    )
