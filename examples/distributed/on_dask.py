# SPDX-License-Identifier: MIT
"""Usage: python on_dask.py [ADDRESS OF A SCHEDULER]"""
import os
import sys

from distributed import Client, LocalCluster

import mlp.distributed

if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    address = sys.argv[1] if len(sys.argv) > 1 else LocalCluster(n_workers=4, threads_per_worker=1, dashboard_address=None)
    with Client(address) as client:
        model = mlp.distributed.train("../data/iris.csv", "species", engine=client)
    model.save("iris.mlp", overwrite=True)
    print(model.networks, "networks")
