# Homeward. `make` alone lists what can be done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made
# Where it is set, every program that a test starts compiles all of Homeward anew.
unexport PYTHONDONTWRITEBYTECODE
FRONTEND := services/screens/static/vendor/.made

help: ## Say what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: environment frontend ## Start everything in one process, with a fictional hospital, at http://127.0.0.1:8000
	@exec $(BIN)/homeward run --demonstration

stack: environment-tests frontend ## The same hospital on real PostgreSQL and Kafka, four processes
	@exec $(BIN)/homeward stack

test: environment-tests frontend system ## Run every test on real parts
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder  # many wait for processes; the longest files are few tests: not last

check: environment-tests ## Format, lint, types, import rule, migrations, contracts, deploy files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --warnings
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.house.one_head
	$(BIN)/python -m tests.house.published --check
	$(BIN)/python -m tests.house.conformance --check
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	$(BIN)/yamllint -s deploy
	$(BIN)/shellcheck .ci/run deploy/*.sh

contracts: environment-tests ## Write the published contracts anew from the code
	$(BIN)/python -m tests.house.published --write
	$(BIN)/python -m tests.house.conformance --write

bench: environment-tests frontend ## Measure, as ratios against a frozen textbook peer and the physical limit
	@$(BIN)/python -m tests.bench

fuzz: environment-tests ## Fuzz the reading of messages for FUZZ_SECONDS (600)
	@$(BIN)/python -m tests.fuzz

format: environment-tests ## Put the code in its form
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

environment: $(STAMP)
environment-tests: $(STAMP)-tests

$(STAMP): requirements/runtime.lock pyproject.toml
	@deploy/environment.sh $(PYTHON) $(VENV) requirements/runtime.lock
	@touch $@

$(STAMP)-tests: requirements/development.lock pyproject.toml
	@deploy/environment.sh $(PYTHON) $(VENV) requirements/development.lock
	@touch $(STAMP) $@

frontend: $(FRONTEND)
$(FRONTEND): package-lock.json | environment
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.lock
	@$(BIN)/python -m deploy.frontend.build
	@touch $@

system: ## Install what the tests need of the system (Debian and Ubuntu; elsewhere say what is missing)
	@deploy/system.sh

clean: ## Remove what was made here (not the hospital in .homeward)
	rm -rf $(VENV) node_modules services/screens/static/vendor build *.egg-info

.PHONY: help run stack test check contracts bench fuzz format environment environment-tests frontend system clean
