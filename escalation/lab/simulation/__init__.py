"""The whole loop with simulated customers and people, on the service's own pure code, against what companies do else.

`simulate` returns runs, `summarise` their figures as JSON values, `report` a page of them. Nothing here is served.
"""

from escalation.lab.simulation.report import report
from escalation.lab.simulation.running import Run, Stopped
from escalation.lab.simulation.scenario import Scenario, ScenarioInvalid, check
from escalation.lab.simulation.simulating import Material, simulate
from escalation.lab.simulation.summary import Json, summarise
from escalation.lab.simulation.writing import write_results

__all__ = [
    "Json", "Material", "Run", "Scenario", "ScenarioInvalid", "Stopped", "check", "report", "simulate", "summarise",
    "write_results",
]  # fmt: skip
