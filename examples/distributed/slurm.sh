#!/bin/sh
# SPDX-License-Identifier: MIT
# An array of four jobs, which may run at any time and on any nodes: those that start late find less to do.
#SBATCH --array=0-3
#SBATCH --cpus-per-task=4
set -e
mlp train ../data/iris.csv --target species --job job --threads "${SLURM_CPUS_PER_TASK:-0}" -o iris.mlp
