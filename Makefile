# SPDX-License-Identifier: MIT
# Targets for all common tasks. The build itself is described in CMakeLists.txt and
# CMakePresets.json. `make help` lists the targets; .ci/run says which of them every commit must
# pass.
PREFIX ?= /usr/local

SECONDS ?= 10
.PHONY: all help setup setup-tests setup-ci tests demo check asan clang analyze tsan valgrind faults fuzz \
    coverage foreign devices bare bench abi docs python engines tour install format clean
.DEFAULT_GOAL := all

all: ## builds build/mlp, both libraries and the manual page
	@cmake --preset release -DMLP_TESTS=OFF >/dev/null
	@cmake --build build --target mlp mlp_static mlp_shared mlp_manual

help: ## prints this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## installs what building needs
	@tools/setup tools/packages.txt

setup-tests: setup ## installs what building and the tests need
	@tools/setup tools/packages-test.txt

setup-ci: setup-tests ## installs what the tests and most other targets need
	@tools/setup tools/packages-ci.txt

tests: setup-tests ## builds build/ with all tests, and does not run them
	@cmake --preset release -DMLP_TESTS=ON >/dev/null
	@cmake --build build

demo: setup all ## shows the main job on real data: trains on handwritten digits, evaluates, predicts
	@tools/demo

check: setup-tests ## builds everything and runs all tests
	@tools/check release

asan: setup-tests ## runs all tests under the address and undefined-behaviour sanitizers
	@tools/check asan

clang: setup-ci ## runs all tests, built by clang with warnings as errors
	@tools/check clang

analyze: setup-ci ## runs cppcheck, clang-tidy and gcc -fanalyzer on src and cli
	@tools/analyze

tsan: setup-ci ## tests training and prediction on many threads under the thread sanitizer
	@tools/check tsan -R '^(unit/threads/team_test|unit/batches|unit/model|unit/evaluate|gradient|learning)'

valgrind: tests setup-ci ## tests readers, models and the kept inputs of the fuzz targets under valgrind
	@tools/valgrind build

faults: tests ## tests every command with each failing allocation, each failing system call, and kill -9
	@tests/faults/run allocations --build build
	@tests/faults/run io --build build
	@tests/faults/run kill --build build

fuzz: setup-ci ## runs every reader on generated inputs, SECONDS (10) of processor time each
	@fuzz/run $(SECONDS)

coverage: setup-ci ## measures which lines and branches of src/ the tests reach
	@tools/coverage

foreign: setup-ci ## runs the unit tests on emulated 32-bit, aarch64 and big-endian machines
	@tools/foreign i386 || [ $$? -eq 77 ]
	@tools/foreign arm64 || [ $$? -eq 77 ]
	@tools/foreign s390x || [ $$? -eq 77 ]

devices: setup-tests all ## tests exported C of every kind of model on emulated Cortex-M4, RISC-V and 32-bit x86
	@tools/setup tools/packages-devices.txt
	@MLP=build/mlp tests/devices/run || [ $$? -eq 77 ]

bare: setup-ci ## runs demo and check as a new user would, in a minimal Debian; check once more without gnuplot
	@tools/bare-machine --hide gnuplot || [ $$? -eq 77 ]

bench: setup all ## measures the speed of this machine, of the engine and of its kernels
	@cmake --build build --target mlp_kernels
	@build/kernels
	@build/mlp bench

abi: setup-ci all ## compares the library's binary interface with the recorded one (docs/decisions/17-binary-interface.md)
	@tools/abi build || [ $$? -eq 77 ]

docs: setup-ci ## builds the site, a searchable guide and reference, in build/docs/html, and checks its links
	@mkdir -p build/docs
	@rm -rf build/docs/html # pages that have another name now
	@tools/check-links
	@doxygen docs/Doxyfile
	@! grep -l 'ilinebr' build/docs/html/*.html # marks of Doxygen that remain where code ends in the wrong place
	@! grep -E '<code>[^<]* --?[a-z]|&lt;(span|b)( |&gt;)|\*\*<code' build/docs/html/docs_*.html # Markdown or HTML that tools/site-page left
	@echo "Open build/docs/html/index.html"

python: setup all ## builds the wheel of python/ and runs its tests, and those of ONNX, in an empty environment
	@tools/setup tools/packages-python.txt
	@tools/python

engines: setup all ## runs one training on MPI, Slurm, Kubernetes pods, Dask, Ray and Spark, all of them started here
	@examples/distributed/run

tour: setup-tests all ## runs the commands of the tour, the README and the recipes, and compares what they print
	@tools/tour build
	@tools/tour build README.md docs/recipes.md

install: all ## installs into PREFIX (/usr/local) below DESTDIR
	@cmake --install build --prefix $(PREFIX)

format: setup-ci ## formats all of the code with clang-format
	@clang-format -i $$(git ls-files '*.c' '*.h' '*.inc')

clean: ## removes everything that was built
	rm -rf build build-*
