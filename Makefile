# One line a target; `make help` lists them. JOBS: parallel compilers. FUZZ_SECONDS: for each fuzz target.
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 30
export JOBS
.DEFAULT_GOAL := build
.PHONY: help eval run test check check-fast deps build ctest e2e conformance layers requirements docs areas format format-check tidy asan asan-libraries tsan fuzz bench sbom clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 16
run: build ## start the gateway with one demo server, in the foreground
	@tools/run_demo.sh
test: ctest e2e ## build, then the unit, area, corpus and end-to-end tests
check: ## all that CI runs
	@.ci/run
check-fast: ctest layers requirements format-check ## build, tests by ctest, layers, requirements, format
deps: ## install what is missing: Debian packages, npm packages of the tests
	@tools/install_deps.sh
build: deps ## compile everything into build/dev
	@mkdir -p build && cmake --preset dev >build/dev.configure.log 2>&1 || { cat build/dev.configure.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS)
ctest: build ## the tests that ctest knows
	@tools/run_ctest.sh build/dev
e2e: build ## the built binary between real clients and servers
	@tools/run_e2e.sh
conformance: build ## the MCP conformance suites, directly and through the gateway, in both eras and across them
	@python3 tests/conformance/run.py --doorward build/dev/bin/doorward --across --clients
DATA ?= ../shared/data
eval: build ## figures of the detectors by source left out: make eval [DATA=FOLDER of *.jsonl(.xz)]
	@cmake --build --preset dev --target doorward-train
	@python3 tools/train/run.py eval "$(DATA)" $(CHANNEL)
layers: ## the edges between modules
	@python3 tools/check_layers.py
requirements: ## the table of requirements, the pages made of it, links
	@python3 tools/check_requirements.py && python3 tools/areas.py --check && python3 tools/guard_reference.py --check && python3 tools/check_links.py
docs: ## write docs/areas.md and docs/guards.md
	@python3 tools/areas.py --write && python3 tools/guard_reference.py
areas: ## print the requirements by area with their status
	@python3 tools/areas.py
format: ## format every tracked C++ file
	@tools/check_format.sh --fix
format-check: ## say which C++ files are not formatted
	@tools/check_format.sh
tidy: deps ## clang-tidy on the files of the last commit
	@python3 tools/tidy.py
asan: deps ## the tests by ctest under AddressSanitizer and UBSan
	@cmake --preset asan >/dev/null && cmake --build --preset asan -j $(JOBS) && tools/run_ctest.sh build/asan -R "^(unit_|areas|fuzz_)"
asan-libraries: deps ## the same for the modules below net and app
	@cmake --preset asan >/dev/null && cmake --build --preset asan -j $(JOBS) --target library_tests && tools/run_ctest.sh build/asan -L library
tsan: deps ## the same as asan under ThreadSanitizer
	@cmake --preset tsan >/dev/null && cmake --build --preset tsan -j $(JOBS) && tools/run_ctest.sh build/tsan
fuzz: deps ## each fuzz target for FUZZ_SECONDS
	@cmake --preset fuzz >/dev/null && cmake --build --preset fuzz -j $(JOBS) && tools/run_fuzz.sh build/fuzz $(FUZZ_SECONDS)
bench: ## against nginx and haproxy, then idle memory, single operations, and ModSecurity with CRS; installs the peers, whose services stay off
	@tools/install_deps.sh bench && cmake --preset release >/dev/null && cmake --build --preset release -j $(JOBS)
	@python3 bench/gateway/paired.py --build build/release --json build/release/bench_paired.json
	@python3 bench/gateway/idle.py --build build/release --json build/release/bench_idle.json
	@tools/run_bench.sh build/release
	@python3 bench/gateway/waf.py --build build/release --json build/release/bench_waf.json
sbom: build ## build/sbom.json: what the binary links and what the tests use
	@python3 tools/sbom.py build/dev/bin/doorward build/sbom.json
clean: ## remove what was built
	@rm -rf build
