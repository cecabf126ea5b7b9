# Everything a developer runs. Needs Python 3.11 or newer and make; the rest is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test story check format lint types imports rules browser chaos bench fix wheel wheel-test

help:
	@echo "make demo     watch a project live from goals to closeout   (ARGS=--exit to stop by itself)"
	@echo "make test     unit and flow tests, on SQLite and PostgreSQL"
	@echo "make story    the demo in all its forms, the walk-through of rules/README.md, two machines at work"
	@echo "make check    format, lint, types, import contracts, rule files and their tests"
	@echo "make browser  look at every generated page in a real Chromium"
	@echo "make chaos    kill processes while 2,000 events flow     (ARGS=--short for a tenth of it)"
	@echo "make bench    events a second, CPU per event"
	@echo "make fix      format and mend what the linter can mend"

install: $(READY)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is older than 3.11; say which one to use: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

$(BIN)/uv: $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.7'
	@touch $@

$(READY): $(BIN)/uv pyproject.toml uv.lock
	@UV_PROJECT_ENVIRONMENT=$(VENV) VIRTUAL_ENV= $(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	@touch $@

demo: $(READY)
	$(BIN)/connector demo $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser and not chaos and not story" $(ARGS)

story: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m story $(ARGS) tests/cli tests/demo tests/flow

check: format lint types imports rules

format: $(READY)
	$(BIN)/ruff format --check .
lint: $(READY)
	$(BIN)/ruff check .
types: $(READY)
	$(BIN)/mypy
imports: $(READY)
	$(BIN)/lint-imports
rules: $(READY)
	$(BIN)/connector check rules
	$(BIN)/connector test rules

browser: $(READY)
	$(BIN)/python -m pytest -m browser $(ARGS) tests/browser

chaos: $(READY)
	$(BIN)/python -m tests.chaos $(ARGS)

bench: $(READY)
	$(BIN)/python -m tests.bench $(ARGS)

fix: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: $(READY)
	$(BIN)/uv build --wheel --out-dir dist

wheel-test: $(READY)
	$(BIN)/python -m tests.wheel
