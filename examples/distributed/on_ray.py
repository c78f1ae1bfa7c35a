# SPDX-License-Identifier: MIT
"""Usage: python on_ray.py"""
import os

import mlp.distributed

if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    model = mlp.distributed.train("../data/iris.csv", "species", engine="ray")
    model.save("iris.mlp", overwrite=True)
    print(model.networks, "networks")
