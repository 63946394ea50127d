# Two commands set everything up by themselves: `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Some machines forbid Python to keep what it compiled; every process would compile the whole program again.
export PYTHONDONTWRITEBYTECODE :=
CONSTRAINTS := constraints.txt

.PHONY: demo test check bench mutation fuzz assets chromium generate sbom format clean

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Exactly the pinned files, by their hashes: none is taken that another index or a changed upload offers. torch is the
# one without a hash, as its build for CPUs has another than the one on PyPI; what it needs is there by then, so that the
# CPU build brings nothing. The program itself is built by what is installed, not by what pip would fetch for it.
$(READY): pyproject.toml $(CONSTRAINTS) hatch_build.py
	@echo "Setting up $(VENV) takes some minutes and about 2 GB. It is silent while it fetches."
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --no-deps --require-hashes -r $(CONSTRAINTS)
	$(PIP) torch==2.13.0
	$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/python -m pip check
	touch $(READY)

# The built pages follow their sources; nothing is done when they are up to date.
assets: $(READY)
	$(BIN)/python hatch_build.py

demo: assets
	$(BIN)/python -m escalation demo

test: assets chromium
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not benchmark" --durations=20 $(ARGS)

check: $(READY)
	$(BIN)/python -m deploy.supply_chain.pins check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m escalation.protocol.generate --check
	$(BIN)/python -m escalation.web.generate --check
	$(BIN)/python -m escalation.conversations.diagram --check
	$(BIN)/python hatch_build.py check
	$(BIN)/python hatch_build.py test

bench: assets
	$(BIN)/python -m tests.benchmarks

# How many small faults in one pure module its tests find: `make mutation MODULE=realtime/channel ARGS="--most 60"`.
mutation: $(READY)
	test -d var/mutation/tool || $(PIP) --no-deps --require-hashes --target var/mutation/tool \
		-r tests/mutation-constraints.txt
	PYTHONPATH=$(CURDIR)/var/mutation/tool OMP_NUM_THREADS=1 $(BIN)/python tests/mutation.py $(MODULE) $(ARGS)

# Requests made from the OpenAPI document, at every route: `make fuzz ARGS="--most 200 --database postgres"`.
fuzz: assets
	test -x var/fuzz/bin/schemathesis || { $(PYTHON) -m venv var/fuzz \
		&& var/fuzz/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5; }
	$(BIN)/python -m tests.schema_fuzz $(ARGS)

# Browser tests prefer the chromium without a window: it does the same work on half the processor time. Where no chromium
# can be installed they skip and say why (on CI they fail).
chromium:
	@command -v chromium-headless-shell > /dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
		&& apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell; } \
		|| command -v chromium > /dev/null \
		|| echo "chromium is missing and cannot be installed here: browser tests will skip"

generate: $(READY)
	$(BIN)/python -m escalation.protocol.generate
	$(BIN)/python -m escalation.web.generate
	$(BIN)/python hatch_build.py generate
	$(BIN)/python -m escalation.conversations.diagram

# What the program is made of, in CycloneDX, from what is installed here and what the lock file names.
sbom: $(READY)
	$(BIN)/python -m deploy.supply_chain.sbom sbom.cdx.json

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py format

clean:
	rm -rf $(VENV) agent_console/node_modules escalation/web/assets escalation/classifier/confidence/latin_languages.npz var
