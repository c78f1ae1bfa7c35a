# SPDX-License-Identifier: MIT
# The front door. The building itself stands in CMakeLists.txt and CMakePresets.json.
PREFIX ?= /usr/local

.PHONY: all setup demo check asan clang bench tour install format clean

all:
	@cmake --preset release >/dev/null
	@cmake --build build --target mlp mlp_static mlp_shared manual

setup:
	@tools/setup

demo: setup all
	@tools/demo

check: setup
	@cmake --preset release >/dev/null
	@cmake --build build
	@ctest --test-dir build --output-on-failure -j2

asan: setup
	@cmake --preset asan >/dev/null
	@cmake --build build-asan
	@ctest --test-dir build-asan --output-on-failure -j2

clang: setup
	@cmake --preset clang >/dev/null
	@cmake --build build-clang
	@ctest --test-dir build-clang --output-on-failure -j2

tour: setup all
	@tools/tour build

install: all
	@cmake --install build --prefix $(PREFIX)

format:
	@clang-format -i $$(git ls-files '*.c' '*.h' '*.inc')

clean:
	rm -rf build build-*
