# SPDX-License-Identifier: MIT
# The front door. The building itself stands in CMakeLists.txt and CMakePresets.json. `make help` lists the targets;
# .ci/run says which of them every commit must pass.
PREFIX ?= /usr/local

SECONDS ?= 10
.PHONY: all help setup setup-tests setup-ci tests demo check asan clang analyze tsan valgrind faults fuzz \
    coverage foreign devices bare bench abi docs python engines tour install format clean
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

tests: setup-tests ## builds build/ with all tests, and runs none
	@cmake --preset release -DMLP_TESTS=ON >/dev/null
	@cmake --build build

demo: setup all ## the main job on real data: trains on handwritten digits, evaluates, predicts
	@tools/demo

check: setup-tests ## builds everything and runs all tests
	@tools/check release

asan: setup-tests ## the same under the address and undefined-behaviour sanitizers
	@tools/check asan

clang: setup-ci ## the same built by clang, warnings as errors
	@tools/check clang

analyze: setup-ci ## cppcheck, clang-tidy and gcc -fanalyzer over src and cli
	@tools/analyze

tsan: setup-ci ## training and prediction on many threads under the thread sanitizer
	@tools/check tsan -R '^(unit/threads/team_test|unit/batches|unit/model|unit/evaluate|gradient|learning)'

valgrind: tests setup-ci ## readers, models and the kept inputs of the fuzz targets under valgrind
	@tools/valgrind build

faults: tests ## every command under every failed allocation, failed system call and kill -9
	@tests/faults/run allocations --build build
	@tests/faults/run io --build build
	@tests/faults/run kill --build build

fuzz: setup-ci ## every reader on made-up inputs, SECONDS (10) of processor time each
	@fuzz/run $(SECONDS)

coverage: setup-ci ## lines and branches of src/ that the tests reach
	@tools/coverage

foreign: setup-ci ## unit tests on 32 bit, aarch64 and a big-endian machine, emulated
	@tools/foreign i386 || [ $$? -eq 77 ]
	@tools/foreign arm64 || [ $$? -eq 77 ]
	@tools/foreign s390x || [ $$? -eq 77 ]

devices: setup-tests all ## exported C on Cortex-M4, RISC-V and 32-bit x86, emulated: every kind of model proves itself there
	@tools/setup tools/packages-devices.txt
	@MLP=build/mlp tests/devices/run || [ $$? -eq 77 ]

bare: setup-ci ## demo and check as a new user would run them, in a minimal Debian; once more without gnuplot
	@tools/bare-machine --hide gnuplot || [ $$? -eq 77 ]

bench: setup all ## the speed of this machine, of the engine and of its kernels
	@cmake --build build --target mlp_kernels
	@build/kernels
	@build/mlp bench

abi: setup-ci all ## the library's binary interface against the one written down (docs/decisions/17-binary-interface.md)
	@tools/abi build || [ $$? -eq 77 ]

docs: setup-ci ## the site, in build/docs/html: the guide and the programming interface, searchable, links checked
	@mkdir -p build/docs
	@tools/check-links
	@doxygen docs/Doxyfile
	@! grep -l 'ilinebr' build/docs/html/*.html # Doxygen's own marks: code that did not end where it should
	@! grep -E '<code>[^<]* --?[a-z]|&lt;(span|b)( |&gt;)|\*\*<code' build/docs/html/docs_*.html # what tools/site-page left
	@echo "Open build/docs/html/index.html"

python: setup all ## builds the wheel of python/ and runs its tests, and those of ONNX, in an empty environment
	@tools/setup tools/packages-python.txt
	@tools/python

engines: setup all ## one training by MPI, Slurm, Kubernetes' pods, Dask, Ray and Spark, each begun here from nothing
	@examples/distributed/run

tour: setup-tests all ## runs the commands of the tour, the README and the recipes, and compares what they print
	@tools/tour build
	@tools/tour build README.md docs/recipes.md

install: all ## into PREFIX (/usr/local) below DESTDIR
	@cmake --install build --prefix $(PREFIX)

format: setup-ci ## clang-format lays out all of the code
	@clang-format -i $$(git ls-files '*.c' '*.h' '*.inc')

clean: ## removes what was built
	rm -rf build build-*
