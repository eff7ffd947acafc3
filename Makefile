# chibo: what the people who build it run. Running and testing need only Go;
# `make check` is exactly what CI runs and wants PostgreSQL 15 and Chromium too.
GO    ?= go
TOOL   = $(GO) tool -modfile=tools/go.mod
PGRUN  = $(GO) run ./internal/db/dbtest/pgrun --

.PHONY: demo dev test check fmt format vet lint race deadcode vuln bench pictures

demo: ## sample district, served on this machine
	$(GO) run ./cmd/chibo demo

dev: ## the same with pages, styles and scripts read from disk at each request
	$(GO) run ./cmd/chibo demo --dev

test: ## needs only Go
	$(GO) test ./...

# The seed of the property tests follows the files: the check says the same thing twice
# about one tree, and something new about the next. RAPID_SEED=0 draws anew.
check: export RAPID_SEED ?= 0x$(shell git rev-parse 'HEAD^{tree}' 2>/dev/null | cut -c1-15 | grep . || echo c41b0)
check: fmt vet lint deadcode ## what CI runs
	$(PGRUN) $(GO) test ./...
	$(MAKE) race

fmt:
	@out=$$($(TOOL) gofumpt -l .); if [ -n "$$out" ]; then echo "not gofumpt-clean:"; echo "$$out"; exit 1; fi

format:
	$(TOOL) gofumpt -w .

vet:
	$(GO) vet ./...

lint:
	$(TOOL) staticcheck ./...

# The database engine is about 40 times slower under the race detector: short tests.
race:
	CGO_ENABLED=1 CHIBO_TEST_ALL= $(GO) test -race -short ./internal/db ./internal/job ./internal/web/... ./internal/ident ./account ./ballot

deadcode:
	@out=$$($(TOOL) deadcode -test ./...); if [ -n "$$out" ]; then echo "reached by nobody:"; echo "$$out"; exit 1; fi

vuln: ## needs the network
	$(TOOL) govulncheck ./...

bench: ## figures for docs/dev/performance.md
	$(GO) run ./bench
