# wscap: everything a person or a CI job runs. `make help` lists it.

CONFIGURATION := release
SWIFT_FLAGS := -c $(CONFIGURATION) --explicit-target-dependency-import-check error
BIN := .build/$(CONFIGURATION)

.PHONY: help setup setup-bench build test lint format demo bench bench-programs bench-docs bench-packets \
	profile ci clean

help:
	@echo "make setup    install what is missing (apt, a Python venv for test peers)"
	@echo "make build    build wsproxy, wsreplay and wssuite into $(BIN)"
	@echo "make test     all tests, the live ones with real peers included"
	@echo "make demo     bot -> wsproxy -> dashboard, a crash, and the verdict"
	@echo "make lint     check the style of every Swift file"
	@echo "make format   put every Swift file into the house's style"
	@echo "make bench    wsproxy beside other proxies, in one run (BENCH='--quick': its options)"
	@echo "make bench-docs  the same, and its tables into docs/benchmarks.md"
	@echo "make bench-packets  wsreplay beside tshark on a large pcap (BENCH='--rounds 9': its options)"
	@echo "make profile  where wsproxy's time goes while it relays (perf)"
	@echo "make ci       lint, test, demo"

setup:
	@tools/setup.sh

setup-bench: setup
	@tools/bench/setup.sh

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

bench-programs: setup-bench
	swift build $(SWIFT_FLAGS) --product wsproxy
	swift build $(SWIFT_FLAGS) --product wsreplay
	swift build $(SWIFT_FLAGS) --product wsbench

bench: bench-programs
	$(BIN)/wsbench $(BENCH)

# The block of the page between its two markers is what wsbench prints.
BENCH_PAGE := docs/benchmarks.md
bench-docs: bench-programs
	$(BIN)/wsbench --markdown --json $(BIN)/bench.json $(BENCH) > $(BIN)/bench.md
	sed -i -e '/<!-- BEGIN printed/,/<!-- END printed/{//!d}' \
		-e '/<!-- BEGIN printed/r $(BIN)/bench.md' $(BENCH_PAGE)

bench-packets: bench-programs
	@tools/bench/packets.py --bin $(BIN) $(BENCH)

profile: bench-programs
	@tools/bench/profile.sh

ci: lint test demo

clean:
	rm -rf .build .venv .venv-bench demo
