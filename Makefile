# Only Python 3.11 or newer and make are needed. `make` lists what there is to do.
# PYTHON=… chooses the interpreter, PYTEST_ARGS, ARGS, BENCH_ARGS and LIVE_ARGS go to the tools.

.DEFAULT_GOAL := help
.PHONY: help lock compile check diff quick test conformance live lint schema bench ci clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ORACLE := .tools/bin/argocd-oracle
DOKASECA := $(BIN)/python -m dokaseca_compile
PYTHONS := $(if $(PYTHON),'$(PYTHON)',python3.14 python3.13 python3.12 python3.11 python3 python)
# Run each candidate: a launcher on PATH may have no interpreter, and Debian packages venv separately.
USABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

compile: $(VENV)/.ready ## Write out/ from platform.yaml
	@$(DOKASECA) compile $(ARGS)

check: $(VENV)/.ready ## Fail when the schema or out/ is out of date; writes nothing
	@$(DOKASECA) schema --check
	@$(DOKASECA) check $(ARGS)

diff: $(VENV)/.ready ## Show how out/ differs from what the source compiles to
	@$(DOKASECA) diff $(ARGS) || [ $$? = 1 ]

quick: $(VENV)/.ready-dev ## Run the fast tests of the pure core, with few examples of each property
	@DOKASECA_QUICK=1 $(BIN)/python -m pytest -q -m 'not slow' $(PYTEST_ARGS)

# At most four at once: a container sees all cores of the machine, and may use fewer.
test: $(VENV)/.ready-dev ## Run all tests
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal $(PYTEST_ARGS)

conformance: $(VENV)/.ready-dev ## Build Argo CD's own code with Go (takes minutes, once), and compare with it
	@if command -v go >/dev/null 2>&1; then \
	  echo "Building Argo CD's code into $(ORACLE)" >&2; \
	  (cd tests/conformance/argocd && go build -o '$(CURDIR)/$(ORACLE)' .) || exit; \
	  $(BIN)/python -m pytest -q tests/conformance $(PYTEST_ARGS); \
	elif [ "$$DOKASECA_REQUIRE_TOOLS" = 1 ]; then \
	  echo "make: Go is not installed, and DOKASECA_REQUIRE_TOOLS is set" >&2; exit 1; \
	else \
	  echo "Skipped: it needs Go, and there is no go on PATH"; \
	fi

live: $(VENV)/.ready-dev ## Build Kubernetes and Argo CD with Go (takes minutes, once), and run the compiled repositories
	@if command -v go >/dev/null 2>&1; then \
	  PYTHONPATH=tests $(BIN)/python -m live.build && PYTHONPATH=tests $(BIN)/python -m live.run $(LIVE_ARGS); \
	elif [ "$$DOKASECA_REQUIRE_TOOLS" = 1 ]; then \
	  echo "make: Go is not installed, and DOKASECA_REQUIRE_TOOLS is set" >&2; exit 1; \
	else \
	  echo "Skipped: it needs Go, and there is no go on PATH"; \
	fi

lint: $(VENV)/.ready-dev ## Check style, types, imports between rooms and figures of the structure
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy --config-file tests/mypy.ini
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/figures.py --check

schema: $(VENV)/.ready ## Write schemas/platform.schema.json from the model
	@$(DOKASECA) schema --write

# The GitHub Action installs these packages, with hashes: run-time dependencies and the build backend.
lock: $(VENV)/.ready ## Update requirements/action.txt to the newest versions
	@$(PIP) uv
	@$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" \
	  | $(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade \
	    --custom-compile-command 'make lock' --extra charts --output-file requirements/action.txt pyproject.toml -

bench: $(VENV)/.ready ## Measure compiles of small and large fleets
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

ci: ## Run everything that a change must pass, with the external validators
	@bash .ci/run

clean: ## Remove the environment, caches and builds, but not out/
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamp files: set up once, and again when pyproject.toml changes.
$(VENV)/.ready: pyproject.toml
	@if ! $(BIN)/python -c '$(USABLE)' >/dev/null 2>&1; then \
	  for python in $(PYTHONS); do \
	    if "$$python" -c '$(USABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "make: no Python 3.11 or newer with venv: install it (on Debian: python3-venv), or run: make PYTHON=/path/to/python" >&2; \
	    exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$found" >&2; \
	  "$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing dokaseca" >&2
	@$(PIP) --editable '.[charts]' 2>/dev/null || $(PIP) --editable .  # without RE2 where it has no wheel
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready pyproject.toml
	@echo "Installing packages for tests and lint" >&2
	@$(PIP) --editable '.[dev]'
	@touch $@
