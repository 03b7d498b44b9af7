# migma-mock. `make` alone lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
LOCK = $(COMPILE) --upgrade --extra full
# Not quiet: a first run takes a minute, and shows what it is doing.
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Tests wait for sockets, browsers and processes a third of their time.
WORKERS := $(shell n=$$(nproc 2>/dev/null || sysctl -n hw.ncpu); echo $$((n * 2)))

# Settings of the surrounding shell must not decide what tests see; and each process would compile its imports again.
CLEAN_ENV := env -u PYTHONDONTWRITEBYTECODE $(addprefix -u ,$(filter MIGMA_%,$(shell env | sed -n 's/=.*//p')))

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  v=$$($(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])'); \
	  echo "$(PYTHON) lacks venv. On Debian and Ubuntu: apt install $$v-venv" >&2; exit 1; }
	@echo 'Setting up $(VENV), which takes about a minute the first time ...'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The lock pins every version with its hash; the project itself is installed editable, without its dependencies.
$(VENV)/served: requirements.txt pyproject.toml | $(VENV)/created
	@echo 'Installing the packages of requirements.txt into $(VENV) ...'
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@echo 'Set up.'
	@touch $@

$(VENV)/tested: requirements-dev.txt $(VENV)/served
	@echo 'Installing the packages of requirements-dev.txt into $(VENV) ...'
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
	  printf '  make %-11s %s\n' "$$name" "$$text"; done

.PHONY: serve
serve: $(VENV)/served  ## set up what is needed and run the mock (ARGS="--port 0 ...")
	@exec $(BIN)/migma-mock serve $(ARGS)

.PHONY: test
test: $(VENV)/tested  ## set up what is needed and run the tests (ARGS="-x -k router")
	$(BIN)/coverage erase
	$(CLEAN_ENV) $(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.PHONY: test-long
test-long: $(VENV)/tested  ## run the long forms of tests, those marked "long"
	$(CLEAN_ENV) $(BIN)/pytest -m long -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: watch
watch: $(VENV)/tested  ## run the tests of each file that you save, until Ctrl+C
	@exec $(CLEAN_ENV) $(BIN)/watchfiles --filter python "$(BIN)/python -m tools.watch" contract mock_server contract_tests tests

.PHONY: check
check: $(VENV)/tested  ## lint, format, types, layers, workflows, deploy/
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.workflows
	$(BIN)/python -m tools.deployment

.PHONY: contract
contract: $(VENV)/tested  ## the Schemathesis suite on the mock
	$(CLEAN_ENV) $(BIN)/pytest contract_tests/migma_contract_tests/suites/test_mock $(ARGS)

.PHONY: live
live: $(VENV)/tested  ## the Schemathesis suite on the live API, read-only
	$(BIN)/pytest contract_tests/migma_contract_tests/suites/test_live.py $(ARGS)

.PHONY: drift
drift: $(VENV)/served  ## check the live API for drift, read-only, within 10 requests
	@exec $(BIN)/migma-contract check $(ARGS)

.PHONY: format
format: $(VENV)/tested  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(VENV)/tested  ## measure speed beside the limits and the installed peers (ARGS=--quick)
	@$(BIN)/python -m benchmarks run $(ARGS)

.PHONY: bench-peers
bench-peers: $(VENV)/tested  ## install the peers that bench measures beside
	@$(BIN)/python -m benchmarks peers

.PHONY: docs
docs: $(VENV)/tested  ## renew the reference pages and build the site into site/
	$(BIN)/python -m tools.reference
	$(CLEAN_ENV) $(BIN)/python -m tools.security_page
	$(BIN)/zensical build --strict --clean

.PHONY: pictures
pictures: $(VENV)/tested  ## renew the pictures of docs/images/ (needs Chromium)
	$(CLEAN_ENV) $(BIN)/python -m tools.pictures

.PHONY: lock
lock: $(VENV)/tested  ## renew the lock from pyproject.toml
	$(LOCK) --group build --output-file requirements.txt pyproject.toml
	$(LOCK) --group dev --output-file requirements-dev.txt pyproject.toml
	$(COMPILE) --constraint requirements.txt --extra team --output-file deploy/requirements.txt pyproject.toml
	$(COMPILE) --constraint requirements.txt --group pyproject.toml:build --output-file deploy/requirements-build.txt

.PHONY: clean
clean:  ## remove what was set up and what runs left behind
	rm -rf $(VENV) build dist site .cache .coverage* htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
