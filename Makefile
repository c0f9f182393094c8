# SPDX-License-Identifier: Apache-2.0
# The front door: `make` lists what there is. The build itself is CMake's (CMakePresets.json).

JOBS ?= $(shell nproc)
# Some tests wait for programs that they started: one more than there are processors.
TEST_JOBS := $(shell echo $$(($(JOBS) + 1)))
# Seconds that `make demo` runs; empty: until interrupted.
DEMO_SECONDS ?=
# Seconds of each fuzz target.
FUZZ_SECONDS ?= 60

DEPS := sh packaging/install-deps.sh
DEPS_CI := sh packaging/install-deps.sh --ci
# Thread sanitizer and high address randomisation do not go together (clang 14, g++ 12).
FIXED_MAP := $(shell setarch -R true 2>/dev/null && echo setarch -R)

.DEFAULT_GOAL := help
.PHONY: help deps deps-ci demo test build format check-format tidy asan tsan fuzz bench package \
        install-check clean

help:  ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | \
	    while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

deps:
	@$(DEPS)

deps-ci:
	@$(DEPS_CI)

demo: deps  ## build, start recorded printers, an ACS and the gateway; show what appears (DEMO_SECONDS=30 ends by itself)
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release -j $(JOBS) --target platen platen_sim_program platen_acs_program platen_demo_program
	@build/release/bin/platen-demo $(if $(DEMO_SECONDS),--seconds $(DEMO_SECONDS))

test: deps  ## build and run every test
	@cmake --preset test --log-level=WARNING
	@cmake --build --preset test -j $(JOBS)
	@ctest --preset test -j $(TEST_JOBS)

build: deps  ## optimised programs in build/release/bin
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release -j $(JOBS)
	@echo "programs: build/release/bin"

format: deps-ci  ## clang-format all our C++ files
	@.ci/format.sh --write

check-format: deps-ci  ## fail if clang-format would change a file
	@.ci/format.sh --check

tidy: deps-ci  ## clang-tidy on all our C++ files (slow)
	@cmake --preset dev --log-level=WARNING
	@.ci/tidy.sh --all

asan: deps  ## tests under the address and undefined behaviour sanitizers
	@cmake --preset asan --log-level=WARNING
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan -j $(JOBS)

tsan: deps  ## tests under the thread sanitizer
	@cmake --preset tsan --log-level=WARNING
	@$(FIXED_MAP) cmake --build --preset tsan -j $(JOBS)
	@$(FIXED_MAP) ctest --preset tsan -j $(JOBS)

fuzz: deps-ci  ## every fuzz target for FUZZ_SECONDS each
	@cmake --preset fuzz --log-level=WARNING
	@cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	@tests/fuzz/run.sh build/fuzz/bin $(FUZZ_SECONDS) $(JOBS)

bench: deps-ci build  ## benchmarks, and one poll of 1,000 simulated printers beside snmpbulkwalk
	@build/release/bin/platen-bench
	@tests/bench/poll_fleet.sh build/release/bin

package: deps-ci  ## Debian packages in build/package
	@packaging/build-deb.sh

install-check: build  ## install into a temporary folder and start the program from there
	@packaging/install-check.sh build/release

clean:  ## remove build/
	@rm -rf build
