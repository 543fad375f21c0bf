# Every target sets up what it needs: a virtual environment in .venv, from requirements.lock for the briefings, and from
# requirements-dev.lock, which holds that and more, for tests and notebooks.
# Another Python: make briefings PYTHON=python3.12. An environment of your own (conda): make briefings VENV=$CONDA_PREFIX
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
DEV_READY := $(VENV)/.installed-dev
# Wheels with the hashes of the lock, and nothing else.
INSTALL := $(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --only-binary :all: --require-hashes
# What pip would compile in one process, in as many as there are; the tests of packages nobody runs here.
COMPILE := $(BIN)/python -c 'import compileall, re, sysconfig; compileall.compile_dir(sysconfig.get_path("purelib"), quiet=2, workers=0, rx=re.compile(r"[/\\]tests?[/\\]"))'
PROCESSES ?= 2
# Any council in England, as `doit councils` lists it (without: those with an entry in authorities.toml).
COUNCIL ?=
# Where a Dask cluster answers that makes the papers of all councils (without: one is started on this machine).
SCHEDULER ?=
# Which paper `make watch` follows (without: all).
PAPER ?=

.DEFAULT_GOAL := help
TARGETS := help briefings england test test-quick test-builds test-all snapshots lab watch refresh docs check-web lock
TARGETS += clean-environment
.PHONY: $(TARGETS)

help:  ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20
	@echo "leicester, money    Make the papers of a council, a paper of every council, or one: leicester:money"
	@echo "derby               Make the papers of any council in England; doit councils lists them"

briefings: $(READY)  ## Make every briefing, HTML, PDF and spreadsheet, in reports/; COUNCIL=derby: any council in England
	$(BIN)/doit -n $(PROCESSES) $(COUNCIL)

england: $(DEV_READY)  ## Make all councils' papers on a Dask cluster, England's page and open data (SCHEDULER=tcp://...)
	$(BIN)/python -m helpers england --workers $(PROCESSES) $(if $(SCHEDULER),--scheduler $(SCHEDULER))

test: $(DEV_READY)  ## Check style, import directions, figures, papers, notebooks against their stored outputs
	$(BIN)/doit check

test-quick: $(DEV_READY)  ## Check what takes a moment, and one paper the whole way: while one works
	$(BIN)/doit check --quick

test-builds: $(DEV_READY)  ## Check what builds small projects again, and breaks them: after a change of the pipeline
	$(BIN)/doit check --builds

test-all: $(DEV_READY)  ## Check both in one run, which is quicker than one after the other: as .ci/run does
	$(BIN)/doit check --everything

snapshots: $(DEV_READY)  ## Write the values that tests expect anew, as after a changed assumption; then read the diff
	$(BIN)/doit check --renew

lab: $(DEV_READY)  ## Open the notebooks in JupyterLab
	$(BIN)/python -m helpers lab

watch: $(DEV_READY)  ## Make papers again whenever what they rest on changes, in a browser: make watch PAPER=leicester:money
	$(BIN)/python -m helpers watch $(PAPER)

refresh: $(DEV_READY)  ## Run the notebooks with their default parameters and store their outputs
	$(BIN)/doit -n $(PROCESSES) refresh

docs: $(DEV_READY)  ## Make a website of the pages in docs/, in build/docs/index.html; a broken link stops it
	$(BIN)/doit docs

check-web: $(DEV_READY)  ## Look at every page of reports/ in a browser, and at every PDF; needs Chromium on the machine
	$(BIN)/python -m helpers check-web

lock: $(DEV_READY)  ## Resolve the three locks anew for Linux, macOS and Windows, Python 3.11 and later
	$(BIN)/python -m helpers lock

clean-environment:  ## Remove the virtual environment
	rm -rf $(VENV)
	-@for driver in diff merge; do git config --local --remove-section $$driver.jupyternotebook; done 2>/dev/null; true

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make briefings PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) (a minute or two, once)"
	@$(INSTALL) -r requirements.lock
	@$(COMPILE)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): $(READY) requirements-dev.lock
	@echo "Installing what tests and notebooks need besides (once)"
	@$(INSTALL) -r requirements-dev.lock
	@$(COMPILE)
	@touch $@

# A goal that is none of the above is a council or a paper (make leicester, make money, make leicester:money): doit knows.
PAPERS := $(subst :,\:,$(filter-out $(TARGETS) %.installed %.installed-dev,$(MAKECMDGOALS)))
ifneq ($(PAPERS),)
.PHONY: $(PAPERS)
$(PAPERS): $(READY)
	$(BIN)/doit -n $(PROCESSES) $@
endif
