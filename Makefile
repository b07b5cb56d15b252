# Everything here needs Go and nothing else, but for `make lint`, which installs its
# linter into bin/ the first time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_VERSION := v2.11.4
FUZZTIME ?= 10s
KILLS ?= 300

.PHONY: help
help: ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Play the bot on this machine: two chat groups on one page
	go run ./cmd/yiqun demo

.PHONY: build
build: ## Build the program into bin/yiqun
	CGO_ENABLED=0 go build -trimpath -o bin/yiqun ./cmd/yiqun

# A release says what it was made from; the same commit gives the same bytes.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT ?= $(shell git rev-parse HEAD 2>/dev/null)
COMMIT_DATE ?= $(shell git show -s --format=%cI HEAD 2>/dev/null)
LDFLAGS = -s -w -buildid= \
	-X yiqun/bot/app.version=$(VERSION) -X yiqun/bot/app.commit=$(COMMIT) -X yiqun/bot/app.date=$(COMMIT_DATE)

.PHONY: release
release: ## Build dist/ for Linux on amd64 and arm64: programs, deploy files, checksums
	rm -rf dist && mkdir -p dist
	for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o dist/yiqun-linux-$$arch ./cmd/yiqun; \
	done
	cp -r cmd/yiqun/deploy dist/deploy && rm -rf dist/deploy/*.go dist/deploy/secrets
	cd dist && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS

.PHONY: test
test: ## Vet and test; what needs a server that is not there is skipped
	go vet ./... && go test ./...

.PHONY: test-race
test-race: ## Test under the race detector (needs a C compiler)
	go test -race ./...

.PHONY: clients
clients: ## Install the platforms' own clients, which tests play against the simulator (needs npm)
	mkdir -p bin/clients
	cp bot/sim/clients/package.json bot/sim/clients/package-lock.json bin/clients/
	npm ci --prefix bin/clients --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: cover
cover: ## Test and say how much of the code the tests run
	go test -coverpkg=./... -coverprofile=coverage.out ./...
	go tool cover -func=coverage.out | tail -n 1

.PHONY: bench
bench: ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: crash
crash: ## Kill the program KILLS times and check what is left
	YIQUN_CRASH_KILLS=$(KILLS) go test -count=1 -v -timeout 2h -run 'Killed|Caught' ./bot/app/crashtest

.PHONY: fuzz
fuzz: ## Fuzz every parser of outside bytes, FUZZTIME each
	@go list ./... | while read -r pkg; do \
		go test -list '^Fuzz' "$$pkg" | { grep '^Fuzz' || true; } | while read -r target; do \
			echo "$$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$pkg" </dev/null; \
		done; \
	done

.PHONY: accuracy
accuracy: ## Say how many sentences and times are understood, at first and now
	@go test -count=1 -v -run '^TestAccuracy$$' ./intents ./intents/zhtime | sed -E 's/^ +[a-z_]+\.go:[0-9]+: //'

.PHONY: golden
golden: ## Rewrite the expected files under testdata (never the transcripts)
	UPDATE_GOLDEN=1 go test ./...

.PHONY: verify
verify: golden ## Check that the expected files are what the code makes
	git diff --exit-code -- testdata

.PHONY: fmt
fmt: ## Format the code
	gofmt -s -w $$(go list -f '{{.Dir}}' ./...)

.PHONY: lint
lint: bin/golangci-lint-$(GOLANGCI_VERSION) ## Run the linters
	$< run

bin/golangci-lint-$(GOLANGCI_VERSION):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv bin/golangci-lint $@
