# Photo HQ's tasks. Works with GNU make 3.81 and newer.

PYTHON ?= python3
BIN := .venv/bin
ENVIRONMENT := .venv/.ready
NATIVE := src/photohq/imaging/recipes/native
COMPILED := $(NATIVE)/.compiled
READY := $(ENVIRONMENT) $(COMPILED)
EMULATORS := .venv/emulators
EMULATED := $(EMULATORS)/.ready
SAM := .venv/sam
CHECKOV := .venv/checkov
PACKAGES := .venv/functions
FUNCTIONS := $(PACKAGES)/.ready
SOURCES := $(COMPILED) $(shell find src/photohq -type f ! -name '*.pyc' ! -name '*.so')
JAVASCRIPT := tests/javascript
CLIENTS := $(JAVASCRIPT)/node_modules/.ready
WEB := tests/web
CHECKS := $(WEB)/node_modules/.ready
RUNTIME = $(shell $(BIN)/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])' \
	2> /dev/null)
HAVE_NODE := { command -v npm && node -e 'const [major, minor] = process.versions.node.split("."); \
	process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)'; } > /dev/null 2>&1 || { \
	echo "The JavaScript tests need Node.js 20.19 or newer, and its npm;" \
		"here is $$(node --version 2> /dev/null || echo none)."; exit 1; }
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header
SAM_COMMAND := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 $(SAM)/bin/sam
INSTALL := -m pip --disable-pip-version-check --quiet install

# Compiled tests are kept: else each worker compiles them all, asserts rewritten, for 7 seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-js test-web test-aws test-all check template coverage contract types docs lock bench nightly

##@ Try it
demo: $(READY) ## the whole journey on sample photos, in a temporary folder (2 minutes)
	@$(BIN)/photohq demo

serve: $(READY) ## the server, on http://127.0.0.1:8000
	@$(BIN)/photohq serve

##@ Work on it
setup: $(READY) $(EMULATED) $(FUNCTIONS) ## the virtual environments in .venv; the other tasks do it where needed

test: $(READY) $(EMULATED) $(FUNCTIONS) ## the tests (5 minutes)
	@$(BIN)/pytest -n auto --dist worksteal \
		-m "not slow and not javascript and not browser and not deployed"

test-aws: $(READY) $(EMULATED) $(FUNCTIONS) ## template.yaml in an emulator: the contract, and its parts (4 minutes)
	@$(BIN)/pytest -n auto --dist worksteal --deployment aws tests/contract
	@$(BIN)/pytest -n auto --dist worksteal -m "deployed and not javascript and not browser" tests/aws

test-js: $(READY) $(EMULATED) $(FUNCTIONS) $(CLIENTS) ## the official JavaScript clients, and IAM simulated (1 minute; needs Node.js)
	@$(BIN)/pytest -n auto -m javascript tests/journeys tests/aws

test-web: $(READY) $(EMULATED) $(FUNCTIONS) $(CHECKS) ## the web client in a browser, and its types (2 minutes; needs Node.js and Chromium)
	@$(BIN)/pytest -n 2 -m browser $(WEB) tests/aws

test-all: $(READY) $(EMULATED) $(FUNCTIONS) $(CLIENTS) $(CHECKS) ## all of these, and the slow ones
	@$(BIN)/pytest -n auto
	@$(MAKE) --no-print-directory test-aws

check: $(READY) $(EMULATED) ## format, lint, types, import rules, contract, lock files, documents
	@$(BIN)/ruff format --check --quiet . || { echo "Format them with: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest tests/house

template: $(EMULATED) $(FUNCTIONS) $(SAM)/.ready $(CHECKOV)/.ready ## what AWS's tools say of template.yaml: build, lint, security
	@said=$$(PATH="$(CURDIR)/$(BIN):$$PATH" RUNTIME=$(RUNTIME) $(SAM_COMMAND) build 2>&1) || { \
		echo "$$said"; exit 1; }
	@diff -rq .aws-sam/build/UploadPhotoFunction $(PACKAGES)/functions
	@$(SAM_COMMAND) validate --lint > /dev/null
	@$(EMULATORS)/bin/cfn-lint template.yaml
	@$(CHECKOV)/bin/checkov --file template.yaml --framework cloudformation --quiet --compact \
		--skip-download

coverage: $(READY) $(EMULATED) $(FUNCTIONS) ## what the tests reach
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n auto -m "not slow and not javascript and not browser"
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

bench: $(READY) $(EMULATED) $(FUNCTIONS) ## speed and memory, as ratios to bare loops
	@set -e; for script in bench/bench_*.py bench/cold_start.py; do \
		$(BIN)/python -m "bench.$$(basename $$script .py)"; \
	done

nightly: $(READY) $(EMULATED) $(FUNCTIONS) $(CLIENTS) $(CHECKS) ## test-all with many more examples, then bench
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n auto --timeout 1800
	@$(MAKE) --no-print-directory bench

##@ Render
contract: $(READY) ## openapi.json, from the route table; fails where it was behind
	@$(BIN)/python -m photohq.api.openapi > openapi.json.new || { rm -f openapi.json.new; exit 1; }
	@if cmp -s openapi.json.new openapi.json; then rm openapi.json.new; else \
		mv openapi.json.new openapi.json; \
		echo "openapi.json was behind the routes; it is written anew: commit it."; exit 1; \
	fi

types: $(CHECKS) ## what the web client knows of the contract: the types of openapi.json
	@cd $(WEB) && npm run --silent types > /dev/null

docs: $(READY) ## what the documents show of rooms, settings and commands
	@$(BIN)/python -m tests.house.render
	@$(BIN)/python -m tests.house.recipe_sheet

lock: $(READY) ## the lock files, from pyproject.toml and package.json (needs package indexes)
	@$(COMPILE) --group dev --output-file requirements.lock pyproject.toml
	@$(COMPILE) --group emulators --output-file emulators.lock
	@$(COMPILE) --group functions --output-file src/functions.lock --constraint requirements.lock
	@$(COMPILE) --group pictures --output-file src/pictures.lock --constraint requirements.lock
	@$(COMPILE) --group sam --output-file sam.lock
	@$(COMPILE) --group checkov --output-file checkov.lock
	@$(HAVE_NODE)
	@cd $(JAVASCRIPT) && npm run --silent lock
	@cd $(WEB) && npm run --silent lock

help:
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-9s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo

$(ENVIRONMENT): requirements.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { \
		echo "Photo HQ needs Python 3.11 or newer, and there is no $(PYTHON) here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Photo HQ needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version)." \
			"Name another one: make setup PYTHON=python3.12"; exit 1; }
	@command -v $(firstword $(CC)) > /dev/null || { \
		echo "Photo HQ needs a C compiler, and there is no $(firstword $(CC)) here. Install one," \
			"build-essential on Debian and Ubuntu, or name it: make setup CC=clang"; exit 1; }
	@echo "Setting up .venv (a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python $(INSTALL) --require-hashes -r requirements.lock
	@$(BIN)/python $(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ $(COMPILED)

# Installing has compiled it already, where nothing has changed since.
$(COMPILED): $(wildcard $(NATIVE)/*.c $(NATIVE)/*.h) $(NATIVE)/build.py | $(ENVIRONMENT)
	@$(BIN)/python $(NATIVE)/build.py $(NATIVE) "$(CC)"
	@touch $@

$(EMULATED): emulators.lock | $(READY)
	@echo "Setting up $(EMULATORS), which only the tests need (half a minute, once)"
	@$(BIN)/python -m venv $(EMULATORS)
	@$(EMULATORS)/bin/python $(INSTALL) --require-hashes -r emulators.lock
	@touch $(EMULATED)

# The packages of the functions on AWS, as `sam build` makes them, but for this Python.
$(PACKAGES)/.%: src/%.lock src/Makefile | $(READY)
	@$(MAKE) --no-print-directory -C src dependencies LOCK=$*.lock RUNTIME=$(RUNTIME) \
		PYTHON=$(CURDIR)/$(BIN)/python ARTIFACTS_DIR=$(CURDIR)/$(PACKAGES)/$*
	@touch $@

$(FUNCTIONS): $(PACKAGES)/.functions $(PACKAGES)/.pictures $(SOURCES)
	@for package in functions pictures; do \
		$(MAKE) --no-print-directory -C src code RUNTIME=$(RUNTIME) \
			ARTIFACTS_DIR=$(CURDIR)/$(PACKAGES)/$$package || exit 1; \
	done
	@touch $(FUNCTIONS)

$(SAM)/.ready $(CHECKOV)/.ready: .venv/%/.ready: %.lock | $(READY)
	@echo "Setting up .venv/$*, which only checks the template (half a minute, once)"
	@$(BIN)/python -m venv .venv/$*
	@.venv/$*/bin/python $(INSTALL) --no-deps --require-hashes -r $*.lock  # all of them are in it
	@touch $@

$(CLIENTS) $(CHECKS): %/node_modules/.ready: %/package-lock.json
	@$(HAVE_NODE)
	@echo "Setting up $*/node_modules, which only the tests need (a few seconds, once)"
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel error > /dev/null
	@touch $@
