# Everything runs from .venv; `make help` lists the targets.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
STACK := $(BIN)/python -m libs.devstack
S ?=
export PYTHON
export UV_SYSTEM_CERTS := true
export UV_PYTHON_DOWNLOADS := never

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Create .venv and install the locked requirements; nothing to do when they are in
	@scripts/setup-venv

.PHONY: up down reset status logs
up: setup ## Start NATS, PostgreSQL, every service and the simulator (DEALSTREAM_PORT=8321 moves the console)
	@$(STACK) up
down: setup ## Stop everything; the data stays
	@$(STACK) down
reset: setup ## Stop everything and delete the data, after asking (ARGS=--yes does not ask)
	@$(STACK) reset $(ARGS)
status: setup ## What runs, where, since when
	@$(STACK) status || true
logs: setup ## Last lines of the logs; S=scorer for one service, ARGS=-f to follow
	@$(STACK) logs $(S) $(ARGS)

.PHONY: test bench smoke
test: setup ## The whole suite (ARGS="-k name" narrows it)
	@$(BIN)/pytest -m "not bench" $(ARGS)
bench: setup ## Measure the pipeline and write docs/performance.md (ARGS=--quick only prints)
	@$(BIN)/python -m tests.bench.pipeline $(ARGS)
smoke: setup ## Start the whole stack in a temporary directory, wait until it is ready, stop it
	@data=$$(mktemp -d) && export DEALSTREAM_DATA_DIR="$$data/dealstream" DEALSTREAM_PORT=0 && \
	code=0; $(STACK) up && $(STACK) status && $(STACK) down || code=1; \
	$(STACK) reset --yes >/dev/null; rm -rf "$$data"; exit $$code

CHECKS := check-lint check-types check-imports check-contracts lock-check check-deploy
.PHONY: check $(CHECKS)
check: $(CHECKS) ## Lint, types, layers, contracts, locks and deployment files
check-lint: setup ## Only ruff: rules and format
	@$(BIN)/ruff check && $(BIN)/ruff format --check
check-types: setup ## Only mypy
	@$(BIN)/mypy
check-imports: setup ## Only the layers
	@$(BIN)/lint-imports
check-contracts: setup ## Only contracts/ against libs/contracts and its history
	@$(BIN)/python -m scripts.contracts --check
check-deploy: setup ## Only the deployment files
	@$(BIN)/python -m deploy.check

.PHONY: fmt contracts
fmt: setup ## Format the code and apply the safe fixes
	@$(BIN)/ruff check --fix-only && $(BIN)/ruff format
contracts: setup ## Regenerate contracts/ and the users of the bus from the code
	@$(BIN)/python -m scripts.contracts && $(BIN)/python -m deploy.bus

.PHONY: lock lock-check
lock: setup ## Lock the requirements anew, by hash and without addresses (ARGS=--upgrade moves the pins)
	@scripts/lock $(ARGS)
lock-check: setup ## The lock is what pyproject.toml asks for
	@scripts/lock --check

.PHONY: browser-deps
browser-deps: ## Install Chromium for the browser tests (Debian and Ubuntu, as root)
	@scripts/install-browser
