# Every target sets up what it needs: a virtual environment in .venv, from requirements.lock for the briefings, and from
# requirements-dev.lock, which holds that and more, for tests and notebooks.
# Another Python: make briefings PYTHON=python3.12. An environment of your own (conda): make briefings VENV=$CONDA_PREFIX
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
DEV_READY := $(VENV)/.installed-dev
# Wheels with the hashes of the lock, and nothing else.
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help briefings test test-quick snapshots lab refresh check-web lock clean-environment

help:  ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

briefings: $(READY)  ## Make every briefing, HTML, PDF and spreadsheet, in reports/
	$(BIN)/doit -n $(PROCESSES)

test: $(DEV_READY)  ## Check everything: style, import directions, tests, notebooks against their stored outputs
	$(BIN)/doit check

test-quick: $(DEV_READY)  ## Check what takes a moment, and one paper the whole way: while one works
	$(BIN)/doit check --quick

snapshots: $(DEV_READY)  ## Write the values that tests expect anew, as after a changed assumption; then read the diff
	$(BIN)/doit check --renew

lab: $(DEV_READY)  ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

refresh: $(DEV_READY)  ## Run the notebooks with their default parameters and store their outputs
	$(BIN)/doit -n $(PROCESSES) refresh

check-web: $(DEV_READY) build/web/.installed  ## Look at every page of reports/ in a browser; needs Chromium on the machine
	PYTHONPATH=build/web $(BIN)/python tests/web/check_web.py reports

build/web/.installed: tests/web/requirements.lock
	@echo "Installing what drives the browser into build/web (once)"
	@$(INSTALL) --upgrade --target build/web -r $<
	@touch $@

LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade

lock: $(DEV_READY)  ## Resolve the three locks anew for Linux, macOS and Windows, Python 3.11 and later
	$(LOCK) --extra dev pyproject.toml -o requirements-dev.lock
	$(LOCK) -c requirements-dev.lock pyproject.toml -o requirements.lock
	$(LOCK) -c requirements-dev.lock --group web -o tests/web/requirements.lock

clean-environment:  ## Remove the virtual environment
	rm -rf $(VENV)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make briefings PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) (a minute or two, once)"
	@$(INSTALL) -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): $(READY) requirements-dev.lock
	@echo "Installing what tests and notebooks need besides (once)"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@
