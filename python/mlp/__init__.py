# SPDX-License-Identifier: MIT
"""Multilayer perceptrons for tables.

    import mlp
    model = mlp.train("iris.csv", "species")    # or a pandas, polars or pyarrow table, a dict of columns
    model.predict(rows), model.predict_proba(rows), model.evaluate(rows)
    model.save("iris.mlp"); mlp.load("iris.mlp")

Estimators for scikit-learn, which they need: mlp.MLPClassifier, mlp.MLPRegressor."""
from ._bar import ProgressBar
from ._errors import ArgumentError, DataError, InterruptedTraining, MissingFile, MlpError, ModelError, NoMemory, OutputError
from ._library import version
from ._jobs import Progress
from ._model import Model, import_onnx, load
from ._options import options
from ._plot import Figure
from ._ranks import Ranks
from ._search import (CrossValidation, Fold, LearningCurve, LearningStep, Spread, Trial, Tuning, cross_validate,
                      learning_curve, tune)
from ._shrink import Shrinking, Size, shrink
from ._tables import Table, read
from ._train import train

# The same methods as functions, named like the subcommands: mlp.evaluate(model, data).
evaluate, export, importance, plot, report = Model.evaluate, Model.export, Model.importance, Model.plot, Model.report

__version__ = version()
__all__ = ["ArgumentError", "CrossValidation", "DataError", "Figure", "Fold", "InterruptedTraining", "LearningCurve",
           "LearningStep", "MLPClassifier", "MLPRegressor", "MissingFile", "MlpError", "Model", "ModelError",
           "NoMemory", "OutputError", "Progress", "ProgressBar", "Ranks", "Shrinking", "Size", "Spread", "Table",
           "Trial", "Tuning", "cross_validate", "evaluate", "export", "import_onnx", "importance", "learning_curve",
           "load", "options", "plot", "read", "report", "shrink", "train", "tune"]


def __getattr__(name):  # loads scikit-learn only when it is needed
    if name in ("MLPClassifier", "MLPRegressor"):
        from . import estimators
        return getattr(estimators, name)
    raise AttributeError(f"module 'mlp' has no attribute {name!r}")
