# Every target sets up what it needs: a virtual environment in .venv from requirements.lock.
# Another Python: make briefings PYTHON=python3.12. An environment of your own (conda): make briefings VENV=$CONDA_PREFIX
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help briefings test lab refresh check-web lock clean-environment

help:  ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

briefings: $(READY)  ## Make every briefing, HTML, PDF and spreadsheet, in reports/
	$(BIN)/doit -n $(PROCESSES)

test: $(READY)  ## Check everything: style, import directions, tests, notebooks against their stored outputs
	$(BIN)/doit check

lab: $(READY)  ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

refresh: $(READY)  ## Run the notebooks with their default parameters and store their outputs
	$(BIN)/doit -n $(PROCESSES) refresh

check-web: $(READY) build/web/.installed  ## Look at every page of reports/ in a browser; needs Chromium on the machine
	PYTHONPATH=build/web $(BIN)/python tests/web/check_web.py reports

build/web/.installed: tests/web/requirements.txt
	@echo "Installing what drives the browser into build/web (once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary :all: --upgrade --target build/web -r $<
	@touch $@

lock: $(READY)  ## Resolve requirements.lock anew for Linux, macOS and Windows, Python 3.11 and later
	$(BIN)/python -m pip install -qq uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade --all-extras pyproject.toml -o requirements.lock

clean-environment:  ## Remove the virtual environment
	rm -rf $(VENV)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make briefings PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) (a minute or two, once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@
