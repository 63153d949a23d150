# Every target works on a machine that has only make and Python 3.11 to 3.13.
# Variables, each of which may be given on the command line or in the environment:
#   PYTHON    the Python that .venv is made with (default: the newest suitable one on the path)
#   VENV      where the virtual environment lives (default: .venv)
#   PYTEST    more arguments for pytest, such as  make test PYTEST="-k marketplace -x"
#   BENCH     arguments for the benchmark, such as  make bench BENCH="--rows 100000"
#   MINUTES   how long the REST API is asked, such as  make api-check MINUTES=30  (default: 3)
#   LOAD      arguments for that of a team's service, such as  make bench LOAD="--seconds 5 --minutes 1"
# What the programs themselves read (DESIGNER_DATABASE_URL and others) is told in README.md.

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST ?=
BENCH ?=
LOAD ?=
MINUTES ?= 3

# A wheel's modules are compiled when they are first imported: most of JupyterLab's never are. What was compiled is kept,
# whatever the environment says: the tests start some hundred processes, which would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --prefer-binary \
	--constraint constraints.txt

PYTHON ?= $(shell for candidate in python3.13 python3.12 python3.11 python3 python; do \
	$$candidate -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && { echo $$candidate; break; }; done)

.PHONY: help install demo lab dashboard test api-check faults bench pictures clean
.DEFAULT_GOAL := help

help: ## Show these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

install: $(VENV)/.installed ## Make .venv with the designer command and JupyterLab

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
	  echo "No Python 3.11, 3.12 or 3.13 with venv was found." >&2; \
	  echo "Install one (Debian: apt-get install python3-venv) or say which: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Schema Designer into $(VENV) ..."
	@$(PIP_INSTALL) --editable '.[notebook,team,picture]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP_INSTALL) --editable '.[notebook,team,picture,cluster,fast,test]'
	@touch $@

demo: install ## Design, deploy, fill and query the marketplace, from nothing
	@$(BIN)/designer demo

lab: install ## Open JupyterLab on the quickstart notebook
	@$(BIN)/designer lab

dashboard: install ## Serve the designer and the dashboard as web pages
	@$(BIN)/designer dashboard

test: $(VENV)/.installed-test ## Check style and types, then run every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@mkdir -p out
	$(BIN)/pytest --numprocesses 2 --no-loadscope-reorder --junit-xml=out/test-results.xml $(PYTEST)

api-check: $(VENV)/.installed-test ## Ask the REST API for all that its document allows, and more, as each role
	@DESIGNER_API_CHECK_SECONDS=$$(( $(MINUTES) * 60 / 5 )) \
	  $(BIN)/pytest --quiet --timeout=0 tests/designer_kernel/api/test_fuzzing.py

faults: $(VENV)/.installed-test ## Kill the API and the server between any two statements of edits, deploys, fills and rotations
	@FAULTS=all $(BIN)/pytest --quiet --timeout=0 --capture=no tests/designer_kernel/studio/team/faults

bench: $(VENV)/.installed-test ## Measure reading and planning for a large database beside pg_dump, loading 1,000,000 rows, a service that 50 people ask, and the canvas
	@$(BIN)/python -m benchmarks.catalog
	@$(BIN)/python -m benchmarks.migrations
	@$(BIN)/python -m benchmarks.planning
	@$(BIN)/python -m benchmarks.fill $(BENCH)
	@$(BIN)/python -m benchmarks.team $(LOAD)
	@$(BIN)/python -m benchmarks.canvas

pictures: $(VENV)/.installed-test ## Make the pictures of the documents, and the tour, in a browser
	@$(BIN)/pytest --quiet tests/browser/pictures.py

clean: ## Remove what the targets above have made
	rm -rf $(VENV) out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
