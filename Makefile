# Two commands do everything: `make demo` and `make test`. Both are idempotent.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
.DEFAULT_GOAL := help
.PHONY: help cluster soak look demo fuzz manual mutants pictures test chromium postgres lint types unit cover bench pins clean
SHELL := /bin/bash
# A pipe fails if any of its commands does: else `... | tail` would hide that too little is covered.
.SHELLFLAGS := -o pipefail -c
# Some machines forbid Python to keep what it compiled; then every worker and every command compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

$(BIN)/python:
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
		|| { echo "evenhand needs Python 3.11 to 3.14; say which with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "installing python3-venv, which Debian's python3 needs"; \
			apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
		else echo "this Python has no ensurepip: install the package python3-venv"; exit 1; fi; }
	@$(PYTHON) -m venv $(VENV)

$(STAMPS)/run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "installing the pinned packages (about half a minute the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: requirements/test.txt $(STAMPS)/run
	@echo "installing the pinned test packages"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

$(STAMPS)/bench: requirements/bench.txt requirements/peers.txt $(STAMPS)/test
	@echo "installing the pinned peers to measure against"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@$(BIN)/python -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/peers.txt
	@touch $@

$(STAMPS)/docs: requirements/docs.txt $(STAMPS)/run
	@echo "installing the pinned packages of the manual"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/docs.txt
	@touch $@

manual: $(STAMPS)/docs ## build the manual into build/manual
	@$(BIN)/sphinx-build -q -W --keep-going docs build/manual && echo "open build/manual/index.html"

# Ray is as large as all else together and is needed for these tests alone.
cluster: $(STAMPS)/test ## start Ray on this machine and run the tests of many machines on it
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/cluster.txt
	@$(BIN)/pytest -q -m cluster tests/cluster

pictures: $(STAMPS)/test chromium ## make the pictures of README and manual from real runs
	@$(BIN)/python docs/pictures.py && echo "wrote docs/pictures"

look: $(STAMPS)/test chromium ## take pictures of every page of the web app: light, dark, phone, print; about ten minutes
	@$(BIN)/python tests/tour.py build/look && echo "open build/look/index.html"

demo: $(STAMPS)/run ## run all three jobs on bundled data
	@$(BIN)/evenhand demo
	@echo
	@echo "To run these commands: $(BIN)/evenhand ..., or: source $(BIN)/activate and then evenhand ..."

test: $(STAMPS)/test chromium postgres lint types unit ## run everything that CI runs

# Pages are looked at in a real browser.
chromium:
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "installing chromium for the tests of pages"; \
			apt-get update -qq && apt-get install -y -qq chromium libatomic1 fonts-dejavu-core >/dev/null; \
		else echo "the tests of pages need chromium: install the packages chromium libatomic1 fonts-dejavu-core"; exit 1; fi; }

# What holds on SQLite must hold on PostgreSQL: tests start a server of their own. Debian's package would also
# start one for the whole machine, unless it is told not to before.
postgres:
	@command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "installing postgresql for the tests of databases"; \
			mkdir -p /etc/postgresql-common/createcluster.d; \
			echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/evenhand-tests.conf; \
			apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; \
		else echo "the tests of databases need PostgreSQL: install the package postgresql"; exit 1; fi; }

lint: $(STAMPS)/test
	@echo "ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check -q .

# Tests that look at a part of their cases unless EVENHAND_SOAK is set, and stand in no promise of tests/soak.py.
SOAKED := tests/allocation/asking/test_explain.py tests/allocation/solving tests/cluster tests/promises \
	tests/report/test_in_a_browser.py tests/rota/judging/test_certificate.py tests/rota/solving \
	tests/teams/solving/test_exchange.py

soak: $(STAMPS)/test chromium postgres ## all kills, random requests and pages, a line a promise; about an hour
	@$(BIN)/python tests/soak.py && EVENHAND_SOAK=1 $(BIN)/pytest -q $(SOAKED) \
		&& EVENHAND_SOAK=1 $(BIN)/pytest -q -m 'hypothesis and not cluster' && $(BIN)/python benchmarks/web.py

# Windows lacks modules and calls that Linux has (no process limits, no nice), and only the types tell it here: of
# those modules that import something that is not the same everywhere.
types: WINDOWS = $(BIN)/mypy --platform win32 --cache-dir .mypy_cache/windows --follow-imports=silent
types: $(STAMPS)/test
	@echo "mypy, as on Linux and as on Windows"
	@$(WINDOWS) $$($(BIN)/python tests/platforms.py) >/dev/null & windows=$$!; \
		$(BIN)/mypy && wait $$windows || { $(WINDOWS) $$($(BIN)/python tests/platforms.py); exit 1; }

# Two more than there are processors, as tests of servers, browsers and databases wait a quarter of their time; more
# than four would start more of these than a laptop has memory for.
unit: $(STAMPS)/test ## run the tests alone
	@$(BIN)/pytest -q -n $$($(BIN)/python -c 'import os; print(min(4, (os.cpu_count() or 1) + 2))')

# Not part of `make test`, as tests take half as long again while their lines are counted. Servers that tests kill,
# and guarded children that run with nothing of the environment, tell nothing of what they ran, so the whole counts
# less than what is tested: 94 % were counted when this was set.
cover: $(STAMPS)/test ## run the tests and count which lines they reach; fails below 92 %
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n 2
	@$(BIN)/coverage combine -q && $(BIN)/coverage report --fail-under=92 | tail -n 40

bench: $(STAMPS)/bench ## measure against the peers, side by side; about half an hour
	@$(BIN)/python benchmarks/allocation.py && $(BIN)/python benchmarks/teams.py --peers $(VENV)/peers/bin/python \
		&& $(BIN)/python benchmarks/teams_numbers.py --peers $(VENV)/peers/bin/python && $(BIN)/python benchmarks/rota.py \
		&& $(BIN)/python -m benchmarks.start_up --large --write && $(BIN)/python -m benchmarks.allocation_cuts --write \
		&& $(BIN)/python -m benchmarks.limits --large --write

pins: ## renew the pins (needs uv)
	@for set in "run:--extra calendars" "test:--extra calendars --extra test --extra web --extra postgres --extra fast --extra ortools" "bench:--extra calendars --extra test --extra web --extra postgres --extra fast --extra ortools --extra bench" "cluster:--extra calendars --extra test --extra web --extra postgres --extra fast --extra ortools --extra cluster" "mutants:--extra calendars --extra test --extra web --extra postgres --extra fast --extra ortools --extra mutants" "docs:--extra docs"; do \
		uv pip compile -q --universal --generate-hashes --python-version 3.11 \
			--custom-compile-command "make pins" \
			pyproject.toml requirements/build.in $${set#*:} -o requirements/$${set%%:*}.txt; done
	@uv pip compile -q --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make pins" requirements/peers.in -o requirements/peers.txt

histories: $(STAMPS)/test ## plan 500 random rotas at once and year by year, and compare; about three minutes
	@EVENHAND_HISTORIES=500 $(BIN)/pytest -q tests/rota/asking/test_ledger.py -k six_plans

fuzz: $(STAMPS)/test ## mutate tables, workbooks, plans and calendars by the ten thousand; about half an hour
	@$(BIN)/python tests/fuzz.py

mutants: $(STAMPS)/test ## break judges, ledger, shares and measures, and print a table; half an hour, or PART=ledger
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/mutants.txt
	@$(BIN)/python tests/mutants.py $(PART)

clean: ## remove what make made
	@rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
