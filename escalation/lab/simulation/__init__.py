"""The whole loop with simulated customers and people, on the service's own pure code, against what companies do else.

`simulate` returns runs, `summarise` their figures as JSON values, `report` a page of them. Nothing here is served.
"""

from escalation.lab.simulation.repeats import Material, simulate
from escalation.lab.simulation.report import report
from escalation.lab.simulation.result_files import write_results
from escalation.lab.simulation.run import Run, Stopped
from escalation.lab.simulation.scenario import Scenario, ScenarioInvalid, check
from escalation.lab.simulation.summary import Json, summarise

__all__ = [
    "Json", "Material", "Run", "Scenario", "ScenarioInvalid", "Stopped", "check", "report", "simulate", "summarise",
    "write_results",
]  # fmt: skip
