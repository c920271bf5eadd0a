# Askframe. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

export ASKFRAME_HOME ?= .askframe

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@echo "setting up $(VENV) (about a minute the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq --no-deps --require-hashes -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation setuptools -e . 2>/dev/null || $(PIP) install -qq --no-deps -e .
	@$(BIN)/python -m services.dataproc.reading.compiled
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "adding the tools of development …"
	@$(PIP) install -qq --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: setup dev
setup: $(VENV)/run.stamp ## Install what running needs
dev: $(VENV)/dev.stamp ## Install what developing needs, too

.PHONY: demo
demo: $(VENV)/run.stamp ## Start everything, ask real files real questions, print the answers, stop
	@$(BIN)/python -m deploy.demo

.PHONY: up down status
up: $(VENV)/run.stamp ## Start the stack; the gateway is on 127.0.0.1:$${ASKFRAME_PORT:-8000}
	@exec $(BIN)/python -m deploy.local up
down: $(VENV)/run.stamp ## Stop the stack
	@$(BIN)/python -m deploy.local down
status: $(VENV)/run.stamp ## Say what runs
	@$(BIN)/python -m deploy.local status

.PHONY: test test-unit
test: $(VENV)/dev.stamp ## Run every test
	@$(BIN)/python -m tests.setup
	@$(BIN)/python -m pytest
test-unit: $(VENV)/dev.stamp ## Run the tests that need no server
	@$(BIN)/python -m pytest tests/unit tests/contract

.PHONY: check
check: $(VENV)/dev.stamp ## Lint, types, import contracts, drift of documents, unit and contract tests with coverage, security lint
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	$(BIN)/bandit -q -r services shared client deploy -c pyproject.toml
	$(BIN)/python -m pytest tests/unit tests/contract --cov --cov-report=term

.PHONY: docs lock bench clean
docs: $(VENV)/dev.stamp ## Write the OpenAPI and AsyncAPI documents anew
	$(BIN)/python -m docs.generate
lock: $(VENV)/dev.stamp ## Resolve the lock files anew
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --extra stack -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --extra stack --extra dev -o requirements-dev.lock pyproject.toml
bench: $(VENV)/dev.stamp ## Run the benchmarks beside their peers
	$(BIN)/python -m bench
clean: ## Remove the virtual environment and caches (never the state folder)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache
