# SPDX-License-Identifier: MIT
"""Usage: python on_spark.py, or spark-submit on_spark.py"""
import os

from pyspark.sql import SparkSession

import mlp.distributed

if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    with SparkSession.builder.getOrCreate() as session:
        model = mlp.distributed.train("../data/iris.csv", "species", engine=session)
    model.save("iris.mlp", overwrite=True)
    print(model.networks, "networks")
