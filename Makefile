# SPDX-License-Identifier: MIT
# The front door. The building itself stands in CMakeLists.txt and CMakePresets.json. `make help` lists the targets;
# CI runs every one of them (.ci/run).
PREFIX ?= /usr/local

.PHONY: all help setup setup-tests setup-ci demo check asan clang bare bench docs tour install format clean
.DEFAULT_GOAL := all

all: ## builds build/mlp, both libraries and the manual page
	@cmake --preset release -DMLP_TESTS=OFF >/dev/null
	@cmake --build build --target mlp mlp_static mlp_shared mlp_manual

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## installs what building needs
	@tools/setup tools/packages.txt

setup-tests: setup ## and what the tests need
	@tools/setup tools/packages-test.txt

setup-ci: setup-tests ## and what the other targets need
	@tools/setup tools/packages-ci.txt

demo: setup all ## the main job on real data: trains on handwritten digits, evaluates, predicts
	@tools/demo

check: setup-tests ## builds everything and runs all tests
	@tools/check release

asan: setup-tests ## the same under the address and undefined-behaviour sanitizers
	@tools/check asan

clang: setup-ci ## the same built by clang, warnings as errors
	@tools/check clang

bare: setup-ci ## demo and check as a new user would run them, in a minimal Debian; once more without gnuplot
	@tools/bare-machine
	@tools/bare-machine --hide gnuplot 'make check'

bench: setup all ## the speed of this machine, of the engine and of its kernels
	@cmake --build build --target mlp_kernels
	@build/kernels
	@build/mlp bench

docs: setup-ci ## the pages of the programming interface, in build/docs/html
	@mkdir -p build/docs
	@doxygen docs/Doxyfile
	@echo "Open build/docs/html/index.html"

tour: setup-tests all ## runs the commands of docs/tour and compares what they print
	@tools/tour build

install: all ## into PREFIX (/usr/local) below DESTDIR
	@cmake --install build --prefix $(PREFIX)

format: setup-ci ## clang-format lays out all of the code
	@clang-format -i $$(git ls-files '*.c' '*.h' '*.inc')

clean: ## removes what was built
	rm -rf build build-*
