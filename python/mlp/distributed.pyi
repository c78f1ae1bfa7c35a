# SPDX-License-Identifier: MIT
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import CrossValidation, Model, Tuning, _Data, _Target, _Value

def train(data: _Data, target: _Target = None, *, engine: Any = None, workers: int | None = None,
          folder: str | os.PathLike[str] | None = None, notice: Callable[[str], object] | None = None,
          **settings: _Value) -> Model: ...
def cross_validate(data: _Data, target: _Target = None, *, engine: Any = None, workers: int | None = None,
                   folder: str | os.PathLike[str] | None = None, folds: int = 5, repeats: int = 1,
                   notice: Callable[[str], object] | None = None, **settings: _Value) -> CrossValidation: ...
def tune(data: _Data, target: _Target = None, *, engine: Any = None, workers: int | None = None,
         folder: str | os.PathLike[str] | None = None,
         search: Mapping[str, str | tuple[float, float] | Sequence[Any]] | None = None, trials: int | None = None,
         holdout: float | None = None, notice: Callable[[str], object] | None = None, **settings: _Value) -> Tuning: ...
def predict(model: Model, data: Any, method: str = "predict") -> Any: ...
