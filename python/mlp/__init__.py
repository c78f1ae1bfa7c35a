# SPDX-License-Identifier: MIT
"""Multilayer perceptrons for tables.

    import mlp
    model = mlp.train("iris.csv", "species")    # or a pandas, polars or pyarrow table, a dict of columns
    model.predict(rows), model.predict_proba(rows), model.evaluate(rows)
    model.save("iris.mlp"); mlp.load("iris.mlp")

scikit-learn's manners: mlp.MLPClassifier, mlp.MLPRegressor (needs scikit-learn)."""
from ._errors import ArgumentError, DataError, InterruptedTraining, MlpError, ModelError, NoMemory, OutputError
from ._library import version
from ._model import Model, load
from ._tables import Table, read
from ._train import Progress, options, train

__version__ = version()
__all__ = ["ArgumentError", "DataError", "InterruptedTraining", "MLPClassifier", "MLPRegressor", "MlpError", "Model",
           "ModelError", "NoMemory", "OutputError", "Progress", "Table", "load", "options", "read", "train"]


def __getattr__(name):  # scikit-learn is loaded by those who ask for it
    if name in ("MLPClassifier", "MLPRegressor"):
        from . import estimators
        return getattr(estimators, name)
    raise AttributeError(f"module 'mlp' has no attribute {name!r}")
