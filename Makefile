# What there is to do here. `make help` lists it; everything else a fresh machine needs is made on
# the way: a virtual environment in .venv with exactly the locked versions.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

# What looks the locked packages over: in an environment of its own, beside the tests' one.
AUDIT := $(VENV)/audit
AUDITING := $(AUDIT)/.installed

# The clients that others wrote, and the simulator of mini programs, where Node.js is found.
FOREIGN := $(if $(shell command -v npm),$(patsubst %/package-lock.json,\
	%/node_modules/.package-lock.json,$(wildcard tests/*/package-lock.json \
	tests/interop/wechat/package-lock.json)))

# MCP's own packages, and libraries that sign in with WeChat, each in an environment of their own:
# theirs and ours want different versions.
APART := tests/interop/mcp/.venv/.installed tests/interop/wechat/.venv/.installed

# What `make test-fast` runs: without the specifications' walks, the contracts, the browser, the
# console's pages, and the stories but for a few that go all the way.
STORIES := sign_in_by_scanning in_app_sign_in statement_budget
FAST := tests/app tests/federation tests/oidc $(STORIES:%=tests/flows/test_%.py) \
	$(wildcard tests/test_*.py) --ignore=tests/app/management/console
# Whatever runs, tests, or judges.
LOCKS := requirements.lock requirements-otel.lock requirements-dev.lock requirements-audit.lock
# Workers of the tests: one more than processors, since many tests wait for a server or a browser.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# Extra arguments for pytest: make test ARGS="-k refresh"
ARGS ?=
# Where the demo listens: this port and the next two.
PORT ?= 8000
# What the mini program is set up with: the issuer, its AppID, and quick or realtime phone numbers.
SET ?=
APPID ?=
PHONE ?= quick

# Which programs of tests/interop/programs to run: make test-interop ONLY=streamlit,synapse
ONLY ?=

# What takes others' archives or minutes, and runs by its name alone: make test-interop ONLY=keycloak-as-source
BY_NAME := java-libraries=tests/interop/wechat/java_libraries.py keycloak-as-source=tests/interop/keycloak_as_source.py java-states=tests/mobile/java_states.py

# How many changed requests `make fuzz` sends.
COUNT ?= 10000

# An authorization server or an MCP server: make probe-mcp URL=https://login.example.com
URL ?=

# A conformance suite, and a deployment that runs already: make conformance SUITE=https://…
SUITE ?=
ISSUER ?=

.PHONY: translations help demo test node-packages python-packages test-fast test-interop test-rolling probe-mcp check check-deploy format sbom bench fuzz conformance miniprogram install lock clean

help: ## Say what there is to do
	@echo "Qiao: OpenID Connect in front, WeChat behind."
	@echo
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
		| sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' \
		| while IFS=$$'\t' read -r name text; do printf '%-20s %s\n' "$$name" "$$text"; done

demo: $(RUNTIME) ## Start Qiao, a local WeChat and an application to sign in to
	@$(BIN)/python -m app.demo --port $(PORT)

test: $(DEVELOPMENT) $(FOREIGN) $(APART) ## Run the whole suite on every database, browser and client found
	@$(BIN)/pytest -q -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

node-packages: $(FOREIGN) ## Install what tests need of Node.js

python-packages: $(APART) ## Install what tests need of Python in environments of its own

test-fast: $(DEVELOPMENT) ## Run the quick ones: SQLite only, no browser, no console, no long stories
	@TEST_DATABASES=sqlite $(BIN)/pytest -q -n $$(getconf _NPROCESSORS_ONLN) --dist loadscope --no-loadscope-reorder -m "not slow" $(FAST) $(ARGS)

test-interop: $(DEVELOPMENT) $(MCP) ## Sign in with other people's programs, up to half an hour: ONLY=name
	@$(BIN)/python -m tests.interop.programs --only "$(ONLY)" $(ARGS)
	@$(foreach one,$(BY_NAME),$(if $(or $(if $(ONLY),,all),$(findstring $(firstword $(subst =, ,$(one))),$(ONLY))),$(BIN)/pytest -q -n 0 $(lastword $(subst =, ,$(one))) &&)) :

test-rolling: $(DEVELOPMENT) ## Make two nodes of 0.1.0 two of this version under load, behind nginx
	@$(BIN)/python -m tests.rolling $(ARGS)

check: $(DEVELOPMENT) $(AUDITING) ## Check format, lint, types and who imports whom
	@echo "ruff format"; $(BIN)/ruff format --check --quiet .
	@echo "ruff check"; $(BIN)/ruff check --quiet .
	@echo "mypy --strict"; $(BIN)/mypy --no-error-summary
	@echo "import-linter"; $(BIN)/lint-imports --no-logo 2>&1 | tail -n 3
	@echo "files on the way of a request, lines of functions"; $(BIN)/python -m tests.figures
	@echo "pip-audit"; $(BIN)/python -m tests.advisories $(AUDIT)/bin/pip-audit $(LOCKS)
	@echo "All checks passed."

check-deploy: $(DEVELOPMENT) ## Hold the files of deploy/ to nginx, Caddy, HAProxy, systemd, helm and hadolint
	@$(BIN)/pytest -q -rs -n 0 -p no:cacheprovider deploy/checks $(ARGS)

sbom: $(AUDITING) ## Write what runs, with versions and licences, as CycloneDX: sbom.cdx.json
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
		$(BIN)/python -m venv --without-pip "$$folder"; \
		$(BIN)/python -m pip --python "$$folder" install -qq --disable-pip-version-check \
			--require-hashes -r requirements.lock; \
		$(AUDIT)/bin/cyclonedx-py environment "$$folder" --pyproject pyproject.toml \
			--mc-type application --output-reproducible --of JSON -o sbom.cdx.json
	@echo "Wrote sbom.cdx.json"

format: $(DEVELOPMENT) ## Put the code into the house format
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

translations: $(DEVELOPMENT) ## Derive Traditional Chinese from Simplified Chinese anew
	@$(BIN)/python -m tests.translations

bench: $(RUNTIME) ## Measure throughput and CPU per operation (see bench/README.md)
	@$(BIN)/python -m bench $(ARGS)

fuzz: $(DEVELOPMENT) ## Change one thing in each request of valid flows: COUNT=100000, ARGS="--database postgresql"
	@$(BIN)/python -m tests.fuzz --count $(COUNT) $(ARGS)

miniprogram: | $(BIN)/python ## Set up the mini program: SET=https://login.example.com APPID=wx...
	@$(BIN)/python clients/miniprogram/configure.py "$(SET)" "$(APPID)" --phone "$(PHONE)"

probe-mcp: $(RUNTIME) ## Ask a server what MCP's authorization demands: URL=https://login.example.com
	@$(BIN)/python -m tests.mcp_probe "$(URL)"

conformance: $(RUNTIME) ## Run OpenID's conformance suite: SUITE=https://… (docs/certification.md)
	@$(BIN)/python -m tests.conformance --suite "$(SUITE)" --issuer "$(ISSUER)" $(ARGS)

install: $(RUNTIME) ## Install what running needs, and nothing more

lock: $(DEVELOPMENT) ## Write the lock files anew; newer versions with ARGS=--upgrade
	@$(BIN)/uv pip compile $(LOCK_OPTIONS) --group build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile $(LOCK_OPTIONS) --group build --extra otel pyproject.toml \
		-c requirements.lock -o requirements-otel.lock
	@$(BIN)/uv pip compile $(LOCK_OPTIONS) --group dev --extra otel pyproject.toml \
		-c requirements-otel.lock -o requirements-dev.lock
	@$(BIN)/uv pip compile $(LOCK_OPTIONS) --group audit -o requirements-audit.lock
	@for folder in $(APART:.venv/.installed=); do \
		$(BIN)/uv pip compile $(LOCK_OPTIONS) $${folder}requirements.in \
			-o $${folder}requirements.lock; \
	done

clean: ## Remove what was made here: .venv, caches, the demo's data
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find app oidc federation tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Extras are named because a pip before 24 stops at coverage[toml] where the lock says coverage.
LOCK_OPTIONS = --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(ARGS)

# Of these names, the first that is new enough and was built with the compiler's optimisation by profile
# (--enable-optimizations: distributions, Docker's images, uv and conda do that, pyenv unless told does not);
# where none was, the first that is new enough. PYTHON=… is taken as it is.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3
IS_NEW := import sys; sys.exit(sys.version_info < (3, 11))
IS_QUICK := import ensurepip, sys, sysconfig; sys.exit(sys.version_info < (3, 11) or \
	sys.base_prefix != "/usr" and "--enable-optimizations" not in str(sysconfig.get_config_var("CONFIG_ARGS")))

$(BIN)/python:
	@first() { \
		for name in "$${@:2}"; do if "$$name" -c "$$1" 2>/dev/null; then command -v "$$name"; return; fi; done; \
	}; \
	found=$$(first '$(IS_NEW)' $${PYTHON:-}); \
	if [ -z "$$found" ] && [ -n "$${PYTHON:-}" ]; then echo "$$PYTHON is no Python 3.11 or newer."; fi; \
	found=$${found:-$$(first '$(IS_QUICK)' $(PYTHONS))}; \
	found=$${found:-$$(first '$(IS_NEW)' $(PYTHONS))}; \
	if [ -z "$$found" ]; then \
		echo "Qiao needs Python 3.11 or newer. Name one: make PYTHON=/path/to/python3.12 ..." >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version), $$found"; \
	if ! "$$found" -c '$(IS_QUICK)' 2>/dev/null; then \
		echo "It was built without --enable-optimizations, and everything takes a fifth more processor time."; \
	elif [ -z "$${PYTHON:-}" ] && [ "$$found" != "$$(command -v python3)" ]; then \
		echo "python3 here is older, or built without optimisation; make PYTHON=python3 takes it if it can."; \
	fi; \
	"$$found" -m venv $(VENV) || { \
		rm -rf $(VENV); \
		echo "This Python cannot make virtual environments." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; \
	}

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@$(call install,requirements.lock,Installing the locked dependencies)

$(DEVELOPMENT): requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(call install,requirements-dev.lock,Installing the locked dependencies and development tools)
	@touch $(RUNTIME)

$(AUDITING): requirements-audit.lock | $(BIN)/python
	@printf 'Installing what looks the packages over ... '; begun=$$SECONDS; \
		$(BIN)/python -m venv --without-pip $(AUDIT); \
		$(call locked,$(AUDIT),requirements-audit.lock); \
		touch $@; echo "done in $$((SECONDS - begun)) s"

$(APART): tests/interop/%/.venv/.installed: tests/interop/%/requirements.lock | $(BIN)/python
	@printf 'Installing what tests/interop/$* needs of Python ... '; begun=$$SECONDS; \
		$(BIN)/python -m venv --without-pip tests/interop/$*/.venv; \
		$(call locked,tests/interop/$*/.venv,$<); \
		touch $@; echo "done in $$((SECONDS - begun)) s"

tests/%/node_modules/.package-lock.json: tests/%/package-lock.json
	@printf 'Installing what tests/$* needs of Node.js ... '; begun=$$SECONDS; \
		npm ci --prefix tests/$* --silent --no-audit --no-fund; \
		touch $@; echo "done in $$((SECONDS - begun)) s"

# The versions and their hashes are those of the lock file; the project itself is linked, not copied.
define install
printf '%s ... ' "$(2)"; begun=$$SECONDS; \
	$(call locked,$(VENV),$(1)); \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
		--no-build-isolation --config-settings editable_mode=compat --editable .; \
	touch $@; echo "done in $$((SECONDS - begun)) s"
endef

# Into an environment what a lock names: by the uv that requirements-dev.lock names where it can be
# had, in a fraction of the time; by pip otherwise.
PIP = $(BIN)/python -m pip
OPTIONS = -qq --disable-pip-version-check --require-hashes
define locked
{ { [ -x $(BIN)/uv ] || $(PIP) install $(OPTIONS) \
		-r <(sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ /p}' requirements-dev.lock); } \
	&& $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --python $(1) -r $(2); \
} 2>/dev/null || $(PIP) --python $(1) install $(OPTIONS) -r $(2)
endef
