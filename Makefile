# Everything a developer types. Needs Python >= 3.11, git and make; uv comes into the virtual environment when it is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$each"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS := 2
UV = $(or $(shell command -v uv),$(BIN)/uv)
EXTRAS := gateway classifier responder tickets analytics cli embedded
CODE := mesh services cli tests bench protos/compile.py protos/openapi.py

.PHONY: help up down console screenshots test fuzz lint types protos model check client images render format migrate demo doctor bench chaos audit sbom setup

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(READY) ## The whole mesh on this machine, until Ctrl-C; ARGS="--port 8001 --detach"
	@console/run.sh build || true
	@exec $(BIN)/cassava up $(ARGS)

console: $(READY) ## Build the console that the gateway serves; `up` does so too
	@console/run.sh build

screenshots: $(READY) ## Pictures of the console's pages into docs/console, from a mesh of their own
	@console/run.sh build
	@$(BIN)/python -m tests.console.screenshots

down: $(READY) ## Drain and stop what runs
	@$(BIN)/cassava down $(ARGS)

test: $(READY) ## Every test, on servers and ports of its own; ARGS="tests/cli -x", WORKERS=2 processes
	@console/run.sh build || true
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

fuzz: $(READY) ## Strange questions to every route and method, for long; in `test` there are few of each
	@CASSAVA_SCHEMATHESIS=200 CASSAVA_FUZZ=200 $(BIN)/pytest tests/contract/test_schemathesis.py tests/contract/test_fuzz.py $(ARGS)

lint: $(READY) ## Style, import contracts, the contract's rules, fresh stubs and renderings
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports
	@$(BIN)/python protos/compile.py --check
	@$(BIN)/python deploy/render.py --check
	@$(BIN)/hadolint Dockerfile tests/deploy/stand_ins/Dockerfile
	@console/run.sh lint

types: $(READY) ## mypy and TypeScript, strict
	@$(BIN)/mypy
	@console/run.sh types

protos: $(READY) ## Stubs, descriptor set and OpenAPI from the protos
	@$(BIN)/python protos/compile.py

model: $(READY) ## The shipped fit of the default intents, after a change of them or of the training
	@$(BIN)/python -m services.classifier.default_model

check: lint types test ## What CI runs

client: $(READY) ## dist/cassava_client-*.whl: the generated stubs alone
	@rm -rf build/client && mkdir -p build/client && cp -r protos/gen/cassava protos/gen/buf deploy/client/pyproject.toml build/client
	@$(UV) build --quiet --wheel --out-dir dist build/client && ls dist/cassava_client-*.whl

images: ## An image of each process, cassava/NAME:local; ENGINE, BUILD_OPTIONS and BASE: deploy/image/build.sh
	@deploy/image/build.sh

render: $(READY) ## What compose and Kubernetes mount, from deploy/envoy and deploy/observability
	@$(BIN)/python deploy/render.py

format: $(READY) ## Write the style instead of checking it
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

audit: $(READY) ## Known vulnerabilities among the locked dependencies, from osv.dev; ARGS="--ignore-until-fixed ID"
	@$(UV) audit --locked --preview-features audit-command $(ARGS)

sbom: $(READY) ## dist/sbom-*.cdx.json: what a service, and everything, is made of (CycloneDX)
	@mkdir -p dist
	@for each in $(EXTRAS); do $(UV) export --locked --quiet --preview-features sbom-export --format cyclonedx1.5 --no-dev --extra "$$each" \
		--output-file "dist/sbom-$$each.cdx.json" > /dev/null && echo "dist/sbom-$$each.cdx.json"; done

migrate: $(READY) ## Bring the schemas of CASSAVA_DATABASE_URL, or of what runs, up to date
	@$(BIN)/cassava migrate $(ARGS)

demo: $(READY) ## A dozen customers write to what runs; their answers in a table
	@$(BIN)/cassava demo $(ARGS)

doctor: $(READY) ## What is wrong with the configuration, and how to mend it
	@$(BIN)/cassava doctor $(ARGS)

bench: $(READY) ## Figures for docs/performance.md, measured on this machine
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --quiet --locked --inexact --group bench
	@$(BIN)/python -m bench $(ARGS)

chaos: $(READY) ## Proof that nothing is lost or done twice while parts die; ARGS="--seed 7 --seconds 120"
	@$(BIN)/python -m tests.chaos $(ARGS)

setup: $(READY) ## Only the virtual environment

$(READY): pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: https://www.python.org/downloads/" >&2; exit 1; }
	@echo "what is needed is installed into $(VENV), once" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --quiet --locked --inexact --compile-bytecode
	@touch $(READY)
