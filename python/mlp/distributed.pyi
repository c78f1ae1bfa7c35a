# SPDX-License-Identifier: MIT
import os
from collections.abc import Callable
from typing import Any

from . import Model, _Data, _Target, _Value

def train(data: _Data, target: _Target = None, *, engine: Any = None, workers: int | None = None,
          folder: str | os.PathLike[str] | None = None, notice: Callable[[str], object] | None = None,
          **settings: _Value) -> Model: ...
def predict(model: Model, data: Any, method: str = "predict") -> Any: ...
