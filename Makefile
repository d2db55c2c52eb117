# `make` alone explains itself.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
DISTRIBUTIONS := shared client services/scraper services/metadata services/downloader services/api deploy/standalone
INSTALLED := $(VENV)/.installed
UNITS := tests/unit/domain tests/unit/work tests/unit/downloader
# `make demo SHAPE=services` runs separate services over RabbitMQ and PostgreSQL.
SHAPE ?= standalone

export PIP_DISABLE_PIP_VERSION_CHECK := 1
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help

##@ Use it
.PHONY: demo
demo: $(INSTALLED) $(if $(filter services,$(SHAPE)),servers) ## Collect a small catalogue of our own, with nothing from the internet (SHAPE=services: over RabbitMQ; UI=1: in the pages)
	@$(PY) -m $(if $(UI),demo.pages,demo $(SHAPE))

.PHONY: run
run: $(INSTALLED) ## Run everything in one process on http://localhost:8000 (URL=…: and add this link)
	@$(VENV)/bin/ohdio up $(URL)

.PHONY: services
services: $(INSTALLED) servers ## Run PostgreSQL, RabbitMQ and each service as its own process
	@$(PY) -m devservers.services

.PHONY: install uninstall
install: ## Install the ohdio command for this user, with a unit for systemd; again to update it (PREFIX=~/.local)
	@tools/install $(DISTRIBUTIONS)

uninstall: ## Remove it again; books and data stay
	@tools/uninstall

##@ Develop
.PHONY: setup
setup: $(INSTALLED) ## Make the virtual environment with everything pinned

# The stamp is written last, so an interrupted installation is done again. What has scripts is uninstalled first: one that
# moves from a distribution to another would go when its old owner does, after the new one has brought it.
$(INSTALLED): requirements-dev.lock $(DISTRIBUTIONS:%=%/pyproject.toml)
	@echo "Installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --quiet --require-hashes --requirement requirements-dev.lock
	@$(PY) -m pip uninstall --quiet --quiet --yes ohdio ohdio-client
	@$(PY) -m pip install --quiet --quiet --no-deps --no-build-isolation $(DISTRIBUTIONS:%=--editable %)
	@touch $@

.PHONY: servers
servers: ## Install the servers that tests need and Debian has (RabbitMQ, nginx, Chromium), when missing
	@tools/install-servers tests

.PHONY: container-servers
container-servers: ## Install Docker and what stands in for its registry, when missing
	@[ "$${OHDIO_NO_CONTAINERS:-}" = 1 ] || tools/install-servers containers

.PHONY: images
images: $(INSTALLED) container-servers ## Build the image of every service, and show how large it is
	@$(PY) -m devservers.containers $(PY) -m devservers.containers.images

.PHONY: format
format: $(INSTALLED) ## Format the code and mend what can be mended
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

.PHONY: lock
lock: $(INSTALLED) ## Resolve every requirement file again (versions stay unless they no longer fit)
	@$(PY) tools/lock.py

.PHONY: docs
docs: $(INSTALLED) ## Write what docs take from the code
	@$(PY) tools/configuration.py
	@$(PY) -m tools.compose_settings
	@$(PY) tools/state_diagram.py
	@$(PY) -m devservers.schema
	@$(PY) tools/translations.py

.PHONY: vendor
vendor: $(INSTALLED) ## Fetch again what the pages use of others (a script, a font, icons), with checksums, and draw the icons
	@$(PY) tools/vendor.py
	@$(PY) tools/icons.py

.PHONY: pictures
pictures: $(INSTALLED) servers ## Take the README's picture again, of the demonstration
	@$(PY) -m tools.pictures

.PHONY: snapshots
snapshots: $(INSTALLED) servers ## Take the pictures anew with which tests compare how pages look; look at them before you commit
	@OHDIO_TAKE_SNAPSHOTS=1 $(PY) -m pytest -q -m "full or not full" tests/browser/test_snapshots.py

.PHONY: wheels
wheels: $(INSTALLED) ## Build a wheel of each distribution into dist/
	@$(PY) -m pip wheel --quiet --quiet --no-deps --no-build-isolation --wheel-dir dist $(DISTRIBUTIONS:%=./%)

.PHONY: clean
clean: ## Remove what these targets made
	@rm -rf $(VENV) dist .containers .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Check
.PHONY: check
check: $(INSTALLED) ## In seconds: style, types, and the unit tests of domain, engine and downloader
	@$(MAKE) --jobs --output-sync=target check-style check-types check-units

.PHONY: check-style check-types check-units
check-style:
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .

# Of everything, which costs no more than what has changed since the last time: mypy keeps what it knows of the rest.
check-types:
	@$(PY) -m mypy

# Python's own caches are half the speed, so they are written whatever the environment says.
check-units:
	@env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -q $(UNITS) -m "not fuzz and not full and not soak"

.PHONY: lint
lint: $(INSTALLED) ## Style, format, types and import contracts
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-cache --no-logo

.PHONY: test
test: $(INSTALLED) servers ## Every behaviour, on real servers (what CI runs)
	@tools/run-tests

.PHONY: compose-test
compose-test: $(INSTALLED) container-servers ## The images and the stack of containers, on a Docker daemon of its own where none answers
	@tools/compose-test

.PHONY: compose-test-full
compose-test-full: $(INSTALLED) container-servers ## The same with everything that takes minutes
	@tools/compose-test -m containers

.PHONY: test-full
test-full: $(INSTALLED) servers ## The same and every further combination
	@tools/install-servers full
	@tools/run-tests -m "not soak and not containers"
	@$(MAKE) compose-test-full
	@[ "$${OHDIO_NO_CONTAINERS:-}" = 1 ] || OHDIO_TEST_SERVERS=containers $(PY) -m devservers.containers tools/run-tests

.PHONY: test-busy
test-busy: $(INSTALLED) servers ## All tests twice, and the suspects twenty times, beside two busy loops (hours)
	@tools/run-tests-busy

.PHONY: soak
soak: $(INSTALLED) servers ## What takes minutes by nature
	@$(PY) -m pytest -q -m soak --timeout=3600

.PHONY: bench
bench: $(INSTALLED) servers ## Measure us beside curl, aria2c and yt-dlp
	@tools/install-servers aria2 curl
	@$(PY) -m tests.benchmarks $(COUNT)
	@$(PY) -m tests.benchmarks.engine_overhead
	@$(PY) -m tests.benchmarks.pages

##@ Help
.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
