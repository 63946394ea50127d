"""Puts small faults into one pure module and counts those its tests find: `make mutation MODULE=realtime/channel`.

The tests of each module stand in pyproject.toml under `[tool.mutation]`. Everything happens in a copy in var/mutation.
mutmut makes the faults; they go into functions, not into tables, constants and properties. One process runs all tests
once, to see which functions each of them reaches, and then a fork of itself for each fault, quickest tests first.
"""

import argparse
import ast
import os
import random
import shutil
import sys
import time
import tomllib
from collections import defaultdict
from difflib import unified_diff
from pathlib import Path

import pytest
from mutmut.mutation import trampoline
from mutmut.mutation.file_mutation import mutate_file_contents

ROOT = Path(__file__).parents[1]
COPIED = ("escalation", "tests", "docs", "pyproject.toml")
SECONDS = 60
"""What a test may take; one that a fault keeps from ending has found it."""


class Faults:
    """A plugin of pytest: instead of running the tests once it runs, for each fault, those that reach its function."""

    def __init__(self, module: str, names: list[str]) -> None:
        self.unseen: list[str] = []
        self._module = module
        self._names = names

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reached = self._reached(session)
        for name in self._names:
            if not self._is_found(session, name, reached[name.rpartition("__mutmut_")[0]]):
                self.unseen.append(name)
        return True

    def _reached(self, session: pytest.Session) -> dict[str, list[pytest.Item]]:
        """The tests that reach each function, the quickest first and Hypothesis last."""
        reached, seconds, hit = defaultdict(list), {}, set[str]()
        trampoline.record_trampoline_hit = lambda name, caller=None: hit.add(name.rpartition(".")[2])
        os.environ["MUTANT_UNDER_TEST"] = "stats"
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            began = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item] = time.process_time() - began
            for function in hit:
                reached[function].append(item)
            hit.clear()
        assert not session.testsfailed, "tests fail without a fault"
        for items in reached.values():
            items.sort(key=lambda item: (item.get_closest_marker("hypothesis") is not None, seconds[item]))
        return reached

    def _is_found(self, session: pytest.Session, name: str, items: list[pytest.Item]) -> bool:
        """Whether a test fails, in a child that has this fault."""
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] != 0
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        os.environ["MUTANT_UNDER_TEST"] = f"{self._module}.{name}"
        for item in items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if session.testsfailed:
                os._exit(1)
        os._exit(0)


def difference(code: str, name: str) -> str:
    """What a fault changes."""
    bodies = {
        node.name: ast.unparse(node.body) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)
    }
    before, after = bodies[name.rpartition("__mutmut_")[0] + "__mutmut_orig"], bodies[name]
    return "\n".join([name, *list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:], ""])


def enter_copy(module: str) -> None:
    """Copy what the tests need, and go there."""
    folder = ROOT / "var" / "mutation" / module.replace("/", ".")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    os.chdir(folder)
    Path("setup.cfg").write_text("[mutmut]\nsource_paths = escalation\n")


def main() -> None:
    """Print the score, then each fault that no test found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", help="for example realtime/channel")
    parser.add_argument("--most", type=int, default=150, help="how many faults are tried, the same ones each time")
    parser.add_argument("--no-properties", action="store_true", help="leave out what Hypothesis tests, to be quicker")
    asked = parser.parse_args()
    enter_copy(asked.module)
    path = Path(f"escalation/{asked.module}.py")
    made = mutate_file_contents(str(path), path.read_text())
    path.write_text(made.code)
    names = sorted(made.mutant_names)
    chosen = random.Random(1).sample(names, min(asked.most, len(names)))
    module = str(path.with_suffix("")).replace("/", ".")
    faults = Faults(module, chosen)
    tests = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutation"][asked.module]
    sys.path.insert(0, str(Path.cwd()))
    marks = "not slow and not hypothesis" if asked.no_properties else "not slow"
    arguments = ["-q", "-p", "no:cacheprovider", f"--timeout={SECONDS}", "-m", marks, *tests]
    if pytest.main(arguments, plugins=[faults]):
        sys.exit("tests fail without a fault")
    say = sys.stdout.write
    say("\n".join(difference(made.code, name) for name in sorted(faults.unseen)))
    say(f"{asked.module}: {len(names)} faults, {len(chosen)} tried, {len(chosen) - len(faults.unseen)} found\n")


if __name__ == "__main__":
    main()
