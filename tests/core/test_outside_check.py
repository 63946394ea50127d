"""The check for outsiders: its mathematics are the product's own, and it needs nothing but numpy."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.proof import audits, coins, evidence, outside
from escalation.proof.audits import Label
from escalation.proof.certificate import DrawnAnswer, Terms, Window, latest_certified
from tests.core.test_certificate_evidence import START

ALPHAS, CHANCES, MISSES = st.sampled_from([0.005, 0.02, 0.1, 0.4]), st.floats(0.01, 1.0), st.floats(0.0, 0.9)
LABELS = st.builds(
    Label,
    st.frozensets(st.sampled_from(["1", "2", "3"]), max_size=2),
    st.booleans(),
    st.booleans(),
)

ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Only(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] not in sys.stdlib_module_names | {"numpy", "outside"}:
            raise ImportError(name + " is not to be imported")

sys.meta_path.insert(0, Only())
sys.path.insert(0, sys.argv.pop(1))
import outside
sys.exit(outside.main(sys.argv[1:]))
"""


def alone(file: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of the program in a process that can import numpy and the standard library only."""
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (tmp_path / "elsewhere" / "outside.py").write_bytes(Path(outside.__file__).read_bytes())
    command = [sys.executable, "-I", "-c", ALONE, str(tmp_path / "elsewhere"), str(file)]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_it_runs_where_only_numpy_and_the_standard_library_are(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    done = alone(tmp_path / "empty.jsonl", tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("does not hold: Line 1: the file is empty.\nSHA-256 of the file: e3b0c44298fc1c14")
    assert alone(tmp_path / "none.jsonl", tmp_path).stderr == "usage: python outside.py FILE\n"


@given(st.integers(0, 5_000), st.integers(0, 400), st.integers(0, 30), ALPHAS, CHANCES, MISSES)
@settings(max_examples=60)
def test_evidence_is_the_products(
    undrawn: int, right: int, wrong: int, alpha: float, chance: float, miss: float
) -> None:
    answers = undrawn + right + wrong
    wanted = float(evidence.log_e_value_of_window(answers, right, wrong, alpha=alpha, p=chance, miss=miss))
    assert float(outside.evidence(answers, right, wrong, alpha, chance, miss)) == pytest.approx(wanted, abs=1e-7)


@given(st.integers(0, 5_000), st.integers(0, 30), CHANCES, MISSES, st.sampled_from([0.01, 0.02, 0.2]))
@settings(max_examples=40)
def test_bounds_are_the_products(answers: int, wrong: int, chance: float, miss: float, level: float) -> None:
    wanted = float(evidence.wrong_share_bound(answers, wrong, p=chance, delta=level, miss=miss))
    assert outside.share_bound(answers, wrong, chance, level, miss) == pytest.approx(wanted, abs=1e-9)
    assert outside.probes_bound(answers, min(answers, wrong), level) == pytest.approx(
        evidence.chance_bound(answers, min(answers, wrong), level), abs=1e-9
    )


@given(st.text(min_size=1), st.binary(min_size=1, max_size=64))
def test_draws_are_the_products(message_id: str, key: bytes) -> None:
    assert outside.draw(key, message_id) == coins.draw(key, message_id)


@given(st.lists(LABELS, max_size=6), st.integers(1, 4), st.sets(st.sampled_from("23"), max_size=2))
def test_rulings_are_the_products(labels: list[Label], most: int, also: set[str]) -> None:
    told: list[dict[str, Any]] = [
        {"auditor": at, "intents": [int(each) for each in sorted(label.intents)],
         "cannot_tell": label.cannot_tell, "unserved": label.unserved}
        for at, label in enumerate(labels)
    ]  # fmt: skip
    said = audits.ruling("1", labels, most=most, also=also)
    assert outside.ruling(1, told, most, map(int, also)) == (None if said is audits.Ruling.MORE else said.value)
    probed = audits.probe_ruling("1", labels, most=most)
    wanted = {None: "void", audits.Ruling.MORE: None}.get(probed, probed and probed.value)
    assert outside.probe_ruling(1, told, most) == wanted


@given(
    st.lists(st.sampled_from([None, *["right"] * 40, "wrong"]), max_size=300), st.integers(0, 400), st.integers(0, 2)
)
@settings(max_examples=40)
def test_claims_are_the_products(verdicts: list[str | None], probes: int, confirmed: int) -> None:
    """All drawn answers with one undrawn after each; also which beginning is the longest proven."""
    confirmed, answers = min(probes, confirmed), 2 * len(verdicts)
    terms = {"alpha": 0.1, "delta": 0.05, "windows": 2, "test_share": 0.8, "chance": 0.5}
    found = outside.claimed(terms, answers, [(2 * at + 1, said) for at, said in enumerate(verdicts)], probes, confirmed)
    miss = evidence.chance_bound(probes, confirmed, 0.01)
    right, wrong = verdicts.count("right"), verdicts.count("wrong")
    window = Window(START, 0.5, answers, right, wrong, verdicts.count(None))
    drawn = [DrawnAnswer(2 * at + 1, None if said is None else said == "right") for at, said in enumerate(verdicts)]
    wanted = latest_certified(window, drawn, Terms(0.1, 0.05, miss))
    assert found["proven"] == wanted.certified
    counts = found["answers"], found["right"], found["wrong"], found["pending"]
    at = wanted.window
    assert counts == (at.answers, at.right, at.wrong, at.pending)
    assert (found["bound"], found["miss_bound"]) == pytest.approx((wanted.bound, miss), abs=1e-9)


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{}", "nothing", '{"chain": NaN}', '{"chain": "x", "n": 1e999}', '{"chain": "", "n": 0}']
)
def test_what_is_no_certificate_is_refused_by_its_first_line(text: str) -> None:
    found = outside.check([text])
    assert (found.result, found.line) == ("does not hold", 1)
