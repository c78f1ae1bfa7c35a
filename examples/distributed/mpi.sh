#!/bin/sh
# SPDX-License-Identifier: MIT
# Four workers by Open MPI, MPICH or another MPI; none is linked, and none is needed to install mlp.
set -e
cd "$(dirname "$0")"
mpiexec -n "${1:-4}" mlp train ../data/iris.csv --target species --job job -o iris.mlp
