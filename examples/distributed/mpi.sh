#!/bin/sh
# SPDX-License-Identifier: MIT
# Four workers, started by Open MPI, MPICH or another MPI. mlp is linked with none of them, and needs none to be installed.
set -e
cd "$(dirname "$0")"
mpiexec -n "${1:-4}" mlp train ../data/iris.csv --target species --job job -o iris.mlp
