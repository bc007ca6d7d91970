# Only Python 3.11 or newer and make are needed. `make` lists what there is to do.
# PYTHON=… chooses the interpreter, PYTEST_ARGS, ARGS and BENCH_ARGS go to the tools.

.DEFAULT_GOAL := help
.PHONY: help lock compile check diff quick test conformance lint schema bench ci clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ORACLE := .tools/bin/argocd-oracle
DOKASECA := $(BIN)/python -m dokaseca_compile
PYTHONS := $(if $(PYTHON),'$(PYTHON)',python3.14 python3.13 python3.12 python3.11 python3 python)
# Run, not looked up: a launcher on PATH may have no interpreter behind it, and Debian ships venv apart.
USABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

compile: $(VENV)/.ready ## Write out/ from platform.yaml
	@$(DOKASECA) compile $(ARGS)

check: $(VENV)/.ready ## Fail when the schema or out/ is not what the source compiles to; writes nothing
	@$(DOKASECA) schema --check
	@$(DOKASECA) check $(ARGS)

diff: $(VENV)/.ready ## Show how out/ differs from what the source compiles to
	@$(DOKASECA) diff $(ARGS) || [ $$? = 1 ]

quick: $(VENV)/.ready-dev ## Run the quick tests: the pure core, and few examples of each property
	@DOKASECA_QUICK=1 $(BIN)/python -m pytest -q -m 'not slow' $(PYTEST_ARGS)

# Not more than four at once: a container tells how many cores the machine has, not how many it may use.
test: $(VENV)/.ready-dev ## Run the tests
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal $(PYTEST_ARGS)

conformance: $(VENV)/.ready-dev ## Compare with Argo CD's own code, which Go builds (minutes, once)
	@if command -v go >/dev/null 2>&1; then \
	  echo "Building Argo CD's code into $(ORACLE)" >&2; \
	  (cd tests/conformance/argocd && go build -o '$(CURDIR)/$(ORACLE)' .) || exit; \
	  $(BIN)/python -m pytest -q tests/conformance $(PYTEST_ARGS); \
	elif [ "$$DOKASECA_REQUIRE_TOOLS" = 1 ]; then \
	  echo "make: there is no Go, and DOKASECA_REQUIRE_TOOLS is set" >&2; exit 1; \
	else \
	  echo "Skipped: Argo CD's own code is Go, and there is no go on PATH"; \
	fi

lint: $(VENV)/.ready-dev ## Style, types and the layers of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy --config-file tests/mypy.ini
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/figures.py --check

schema: $(VENV)/.ready ## Write schemas/platform.schema.json from the model
	@$(DOKASECA) schema --write

# What the GitHub Action installs, each with its hash: what the package needs, and what builds it.
lock: $(VENV)/.ready ## Write requirements/action.txt anew, with the newest versions
	@$(PIP) uv
	@$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" \
	  | $(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade \
	    --custom-compile-command 'make lock' --extra charts --output-file requirements/action.txt pyproject.toml -

bench: $(VENV)/.ready ## Measure compiles of small and large fleets
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

ci: ## Everything that a change must pass, with real engines as judges
	@bash .ci/run

clean: ## Remove the environment, caches and builds; out/ stays
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: set up once, and again when pyproject.toml changes.
$(VENV)/.ready: pyproject.toml
	@if ! $(BIN)/python -c '$(USABLE)' >/dev/null 2>&1; then \
	  for python in $(PYTHONS); do \
	    if "$$python" -c '$(USABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "make: no Python 3.11 or newer with venv: install one (on Debian: python3-venv), or name it: make PYTHON=…" >&2; \
	    exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$found" >&2; \
	  "$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing dokaseca" >&2
	@$(PIP) --editable '.[charts]' 2>/dev/null || $(PIP) --editable .  # without RE2 where it has no wheel
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready pyproject.toml
	@echo "Installing what tests and lint need" >&2
	@$(PIP) --editable '.[dev]'
	@touch $@
