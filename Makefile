# wscap: everything a person or a CI job runs. `make help` lists it.

CONFIGURATION := release
SWIFT_FLAGS := -c $(CONFIGURATION) --explicit-target-dependency-import-check error
BIN := .build/$(CONFIGURATION)

.PHONY: help setup setup-bench build test lint format demo bench ci clean

help:
	@echo "make setup    install what is missing (apt, a Python venv for test peers)"
	@echo "make build    build wsproxy, wsreplay and wssuite into $(BIN)"
	@echo "make test     all tests, the live ones with real peers included"
	@echo "make demo     bot -> wsproxy -> dashboard, a crash, and the verdict"
	@echo "make lint     check the style of every Swift file"
	@echo "make format   put every Swift file into the house's style"
	@echo "make bench    wsproxy beside HAProxy and nginx, in one run"
	@echo "make ci       lint, test, demo"

setup:
	@tools/setup.sh

setup-bench: setup
	@tools/setup.sh haproxy nginx-light util-linux

build: setup
	swift build $(SWIFT_FLAGS)

test: setup
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests tools

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests tools

demo: build
	@$(BIN)/wssuite demo

bench: setup-bench
	swift build $(SWIFT_FLAGS) --product wsproxy
	swift build $(SWIFT_FLAGS) --product wsbench
	$(BIN)/wsbench

ci: lint test demo

clean:
	rm -rf .build .venv demo
