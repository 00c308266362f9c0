# What Central's people type. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := bin/central
SUDO := $(if $(filter 0,$(shell id -u)),,sudo --preserve-env=PATH)
GO_FILES := $(shell find . -name '*.go' -not -path './node_modules/*' -not -path './.demo/*' -not -path './.test/*' -not -path './.bench/*') go.mod go.sum
EMBEDDED := $(shell find playbooks migrations practice/apps practice/machine runner -type f -not -name '*.go' 2>/dev/null)
FRONTEND_FILES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null) package.json package-lock.json $(wildcard graph/schema/*)
DEMO := $(SUDO) $(BIN) practice demo

.PHONY: help demo demo-down test e2e-frappe check run generate bench

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Bring up Central with a practice fleet of real hosts, 2 benches and 12 sites
	@scripts/install demo
	@$(MAKE) --no-print-directory $(BIN)
	@$(DEMO) up

demo-down: ## Remove every host, process, mount, rule and file of the demo
	@if [[ -x $(BIN) ]]; then $(DEMO) down; else echo 'There is no demo: nothing was built.'; fi

test: ## Install what is missing and run everything; artifacts/ keeps the browser's screenshots
	@scripts/install test
	@scripts/test

e2e-frappe: ## The real framework on a practice host: FRAPPE_REPO=… FRAPPE_FROM=… FRAPPE_TO=…
	@scripts/install test
	@$(SUDO) env FRAPPE_REPO='$(FRAPPE_REPO)' FRAPPE_FROM='$(FRAPPE_FROM)' FRAPPE_TO='$(FRAPPE_TO)' FRAPPE_NODE='$(FRAPPE_NODE)' go test -tags frappe -count=1 -v -timeout 60m ./e2e/frappe

check: node_modules/.package-lock.json ## Format, lint, import rules, generated code up to date
	@scripts/check

run: $(BIN) ## Central alone on 127.0.0.1:8080, for real servers
	$(BIN) serve --data data

generate: node_modules/.package-lock.json ## Make the generated code anew, from the schema
	go generate ./...
	npm run --silent generate

bench: ## Measure: first events, milliseconds a site over a raw ssh loop, sign-ups at once, the store with many rows
	@scripts/install test
	@$(MAKE) --no-print-directory $(BIN)
	@scripts/bench

$(BIN): server/dist/index.html $(GO_FILES) $(EMBEDDED)
	go build -o $@ .

server/dist/index.html: node_modules/.package-lock.json $(FRONTEND_FILES)
	npm run --silent build

# Not npm ci: it refuses a lock file that lacks a package for a system that nobody here has, and some
# registries do not carry those.
node_modules/.package-lock.json: package-lock.json
	npm install --silent --no-save
	@touch $@
