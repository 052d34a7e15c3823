# Silian: every task of the house. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST

BIN := .venv/bin
# A stamp per step: a step runs again only when what it reads has changed.
STAMPS := .venv/.stamps
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

FRONT_SOURCES := $(shell find static templates/shell -type f -not -path 'static/dist/*' 2>/dev/null)

.PHONY: help setup dev run test test-full simulate lint defences bench screens phone docs lock release clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMPS)/installed $(STAMPS)/built ## environment, packages and front end, only what is not there yet

dev: setup $(STAMPS)/dev # and what the tests need

run: setup ## the whole of Silian on http://localhost:8000 (PORT, HOST), with a demo estate when the database is empty
	@$(BIN)/silian upgrade
	@$(BIN)/silian demo --if-empty
	@exec $(BIN)/silian run

test: dev ## lint, TypeScript, Python on SQLite, PostgreSQL and Redis, real Chromium
	@$(BIN)/python -m tests.browser.chromium
	@deploy/tests.sh

test-full: dev ## the same with the tests that take minutes
	@$(BIN)/python -m tests.browser.chromium
	@SLOW=1 deploy/tests.sh

simulate: dev ## phones, bad networks and a real server, by one seed: SEED=1, or fresh ones for SECONDS=60
	@SEEDS="$(SEED)" SECONDS="$(if $(SEED),0,$(or $(SECONDS),60))" $(BIN)/node tests/simulation/run.mjs

lint: dev ## ruff, mypy, import-linter, tsc, both languages complete
	@deploy/lint.sh

defences: dev ## switch each defence off in a copy and see its test fail (ONLY=word, KINDS=field,python,browser)
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python -m tests.promises

bench: dev ## measure what is promised; a table here, files in bench/results/
	@$(BIN)/python -m bench

screens: dev ## a picture of every screen of the phone app in docs/screens/, to compare with the drawings
	@$(BIN)/python -m tests.browser.screens

phone: setup ## https for a phone on the same Wi-Fi; prints the address as a QR code
	@$(BIN)/silian upgrade
	@$(BIN)/silian demo --if-empty
	@exec $(BIN)/silian phone

docs: dev ## write docs/reference/ and docs/promises.md anew from the code
	@$(BIN)/python deploy/reference.py

release: dev ## write the fixture of this version's schema and phone journal, which every later version must sync
	@$(BIN)/python -m tests.releases

lock: $(STAMPS)/lock-tools ## write requirements*.txt anew from pyproject.toml
	@deploy/lock.sh

clean: ## remove what was built and installed; instance/ (the data) stays
	rm -rf .venv node_modules static/dist silian.egg-info
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --- the steps of setup ---

$(STAMPS)/venv:
	@PYTHON="$(PYTHON)" deploy/venv.sh
	@touch $@

$(STAMPS)/packages: $(STAMPS)/venv requirements.txt
	@echo "Python packages"
	@$(BIN)/pip install -qq --require-hashes -r requirements.txt
	@deploy/link_node.sh
	@touch $@

# silian itself, in place: its command and its imports
$(STAMPS)/installed: $(STAMPS)/packages pyproject.toml
	@$(BIN)/pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/packages requirements-dev.txt
	@echo "packages for the tests"
	@$(BIN)/pip install -qq --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMPS)/node_modules: $(STAMPS)/packages package.json package-lock.json
	@echo "front-end packages"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/built: $(STAMPS)/node_modules build.mjs tsconfig.json $(FRONT_SOURCES)
	@$(BIN)/node build.mjs
	@touch $@

$(STAMPS)/lock-tools: $(STAMPS)/venv
	@$(PYTHON) -m venv .venv/lock
	@.venv/lock/bin/pip install -qq uv
	@touch $@
