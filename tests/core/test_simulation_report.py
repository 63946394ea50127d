"""The report: one page that needs nothing else, escapes what it shows, and draws what the figures say."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from threading import Event

import pytest

from escalation.lab.simulation import Json, report, summarise, write_results
from escalation.lab.simulation.plots import Axis, Line, Mark, line_plot
from escalation.lab.simulation.run import run_world
from escalation.lab.simulation.style import COLOURS
from escalation.lab.simulation.words import count, percent
from tests.core.simulation_world import SMALL, a_world

pytestmark = pytest.mark.slow
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Notes tags, attributes and text, and that every tag is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Json:
    scenario = replace(SMALL, messages=150)
    worlds = [a_world(tmp_path_factory.mktemp("world"), replace(scenario, seed=seed)) for seed in (0, 1)]
    runs = [run_world(world, lambda steps: None, Event()) for world in worlds]
    return summarise(runs, {"pool": "<script>alert(1)</script>.jsonl", "test": "test.jsonl"})


@pytest.fixture(scope="module")
def page(summary: Json) -> str:
    """The report of the summary; to draw it takes a second."""
    return report(summary)


def test_the_page_needs_nothing_from_anywhere(page: str) -> None:
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
    read = Reader(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(read.tags)
    assert not {"src", "href"} & {name for name, _ in read.attributes}
    assert not any(name.startswith("on") for name, _ in read.attributes)


def test_names_of_files_and_labels_are_text(summary: Json) -> None:
    events = [{"at": 3, "what": "<script>label</script> & more"}]
    page = report({**summary, "events": events})
    assert "<script" not in page
    read = Reader(page)
    assert "<script>alert(1)</script>.jsonl" in read.text and "<script>label</script> & more" in read.text


def test_it_follows_the_readers_colours_and_the_width_of_a_telephone(page: str) -> None:
    assert "prefers-color-scheme:dark" in page and 'name="viewport"' in page


def test_every_strategy_has_its_row_and_every_plot_its_lines(page: str) -> None:
    read = Reader(page)
    for name in ("this product", "fixed threshold 0.7", "never retrain", "random review"):
        assert name in read.text
    assert read.text.count("this product") >= 7
    assert read.tags.count("figure") == 7


def test_several_runs_show_bands(page: str) -> None:
    assert "opacity: 0.14" in page


def test_a_summary_survives_json_and_gives_the_same_page(summary: Json, page: str) -> None:
    again = json.loads(json.dumps(summary, allow_nan=False))
    assert report(again) == page


def test_both_files_appear_and_nothing_else(summary: Json, tmp_path: Path) -> None:
    paths = write_results(summary, tmp_path / "made")
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["report.html", "simulation.json"]
    assert json.loads(paths[0].read_text()) == json.loads(json.dumps(summary))


def test_a_failure_half_way_leaves_what_was_there(summary: Json, tmp_path: Path) -> None:
    write_results(summary, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_results({**summary, "repeats": float("nan")}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_line_goes_where_its_numbers_say() -> None:
    axis = Axis("x", 0, 10, count)
    svg = line_plot("t", [Line("l", [(0, 0.0), (10, 1.0)], 2)], axis, Axis("y", 0, 1, percent))
    path = re.search(r'd="M ([\d.]+) ([\d.]+) \nL ([\d.]+) ([\d.]+) \n" style="[^"]*stroke: var\(--s2\)', svg)
    assert path is not None
    left, bottom, right, top = map(float, path.groups())
    assert left < right and bottom > top


def test_a_gap_breaks_the_line_and_nothing_to_show_is_said() -> None:
    axis = Axis("x", 0, 3, count)
    broken = line_plot("t", [Line("l", [(0, 0.1), (1, float("nan")), (2, 0.2), (3, 0.3)], 0)], axis, axis)
    assert re.search(r'd="M [\d. ]+\nM [\d. ]+\nL [\d. ]+\n"', broken)
    assert "nothing to show" in line_plot("t", [Line("l", [], 0)], axis, axis)


def test_words_in_a_plot_are_escaped() -> None:
    axis = Axis("<x>", 0, 1, percent)
    svg = line_plot('"<t>', [Line("<l>", [(0, 0)], 0)], axis, axis, across=[Mark(0.5, "<m>")])
    assert "<x>" not in svg and "<l>" not in svg and "<m>" not in svg and '"<t>' not in svg


def test_what_is_outside_lies_on_the_edge() -> None:
    axis = Axis("x", 0, 1, count)
    inside = line_plot("t", [Line("l", [(0, 0), (1, 1)], 2)], axis, axis)
    assert line_plot("t", [Line("l", [(-5, -1), (7, 9)], 2)], axis, axis) == inside


def test_many_plots_can_stand_in_one_page(page: str) -> None:
    assert not re.search(r'\sid="|url\(|xlink', page)


@pytest.mark.parametrize(("scheme", "ground"), [("light", "#ffffff"), ("dark", "#1d2126")])
def test_every_line_can_be_seen_on_its_ground(scheme: str, ground: str) -> None:
    def brightness(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in COLOURS[scheme]:
        high, low = sorted((brightness(colour), brightness(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour
