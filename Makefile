# Askframe. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Bytecode is written when a module is first imported: made for all modules, test suites of libraries among them, it takes 100 MB and 15 s.
INSTALL := $(PIP) install -qq --no-compile --no-deps

export ASKFRAME_HOME ?= .askframe
# Where it is forbidden to keep bytecode every process compiles the libraries anew, 10 s of processor time each, and tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@echo "setting up $(VENV) (about a minute the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation setuptools -e . 2>/dev/null || $(INSTALL) -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "adding the tools of development …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
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

# Parts of the suite that share no servers: pure tests on every processor; servers' tests and those of the whole stack a file at a time on each,
# with servers of their own; alone, what holds budgets of time.
PYTEST := $(BIN)/python -m pytest
WORKERS ?= logical --maxprocesses 8
# A stack takes 1.2 GB of memory and mostly waits: for what was killed to start anew, for pages to be drawn. Two at once use what one leaves.
STACKS ?= 2

.PHONY: test test-unit test-integration test-e2e test-bedrock search mutants coverage
test: test-unit test-integration test-e2e ## Run every test
test-unit: $(VENV)/dev.stamp ## Run the tests that need no server
	@$(PYTEST) -n $(WORKERS) --dist worksteal tests/unit tests/contract
test-integration: $(VENV)/dev.stamp ## Run the tests over real servers, a file at a time on each processor
	@$(BIN)/python -m tests.setup
	@$(PYTEST) -n $(WORKERS) --dist loadfile -m "not slow" tests/integration
test-e2e: $(VENV)/dev.stamp ## Run the tests over the whole stack, in a browser, and of budgets of time
	@$(BIN)/python -m tests.setup
	@$(PYTEST) -n $(STACKS) --dist loadfile tests/e2e
	@$(PYTEST) -m slow tests/integration
test-bedrock: $(VENV)/dev.stamp ## Run the tests of Amazon Bedrock's signatures and frames, with boto3 in a folder of its own (it holds python-dateutil back)
	@$(PIP) install -qq --target build/bedrock --upgrade 'boto3>=1.44'
	@PYTHONPATH=build/bedrock $(PYTEST) -n0 tests/unit/llm/test_providers.py
search: $(VENV)/dev.stamp ## Run the tests of properties with examples that no run before has tried
	@$(PYTEST) -n $(WORKERS) --dist worksteal tests/unit --hypothesis-profile search
mutants: $(VENV)/dev.stamp ## Change pure rooms in small ways and list the changes that no test notices (ROOM='services.llm.privacy*' for one)
	@nice -n 19 $(BIN)/mutmut run $(if $(ROOM),'$(ROOM)'); $(BIN)/mutmut results
coverage: $(VENV)/dev.stamp ## Run the tests that need no server, with branch coverage
	@$(PYTEST) -n $(WORKERS) --dist worksteal tests/unit tests/contract --cov --cov-report=term

.PHONY: check lint format
check: lint test ## What CI runs: format, lint, types, import contracts, drift of documents, security lint, every test
lint: $(VENV)/dev.stamp ## Everything of `check` but the tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	$(BIN)/bandit -q -r services shared client deploy -c pyproject.toml
format: $(VENV)/dev.stamp ## Format the tree
	$(BIN)/ruff format --quiet .

COMPILE := $(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header

.PHONY: docs lock bench eval replay clean
docs: $(VENV)/dev.stamp ## Write the OpenAPI and AsyncAPI documents anew
	$(BIN)/python -m docs.generate
lock: $(VENV)/dev.stamp ## Resolve the lock files anew
	$(COMPILE) --extra client --extra dataproc --extra provision --extra stack --extra vertex -o requirements.lock pyproject.toml
	$(COMPILE) --extra analysis --extra client --extra dataproc --extra dev --extra provision --extra stack --extra vertex -o requirements-dev.lock pyproject.toml
bench: $(VENV)/dev.stamp ## Run the benchmarks beside their peers
	$(BIN)/python -m bench
eval: $(VENV)/dev.stamp ## Ask question sets of a whole stack and count right and wrong answers (SETS='DIR …', LIMIT=N of each, BASE_URL= of a stack that runs)
	@$(BIN)/python -m eval stack --sets $(or $(SETS),families) $(if $(LIMIT),--limit $(LIMIT)) $(if $(BASE_URL),--base-url $(BASE_URL)) --results eval/results --hide-declined
replay: $(VENV)/dev.stamp ## Replay recorded replies of a model through a stack, and say which question broke and how (SETS='NAME …')
	@$(BIN)/python -m eval.replay $(if $(SETS),--sets $(SETS))
clean: ## Remove the virtual environment and caches (never the state folder)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache
