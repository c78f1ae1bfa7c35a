# SPDX-License-Identifier: MIT
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple, TextIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .estimators import MLPClassifier as MLPClassifier
from .estimators import MLPRegressor as MLPRegressor

__version__: str
__all__ = ["ArgumentError", "CrossValidation", "DataError", "Figure", "Fold", "InterruptedTraining", "LearningCurve",
           "LearningStep", "MLPClassifier", "MLPRegressor", "MissingFile", "MlpError", "Model", "ModelError",
           "NoMemory", "OutputError", "Progress", "ProgressBar", "Ranks", "Shrinking", "Size", "Spread", "Table",
           "Trial", "Tuning", "cross_validate", "evaluate", "export", "import_onnx", "importance", "learning_curve",
           "load", "options", "plot", "read", "report", "shrink", "train", "tune"]

# A Table, a path, a data frame of pandas, an object with __arrow_c_stream__, a dict of columns, or
# an array of rows and columns.
_Data: TypeAlias = Any
# The value of an option.
_Value: TypeAlias = str | float | bool | os.PathLike[str] | Sequence[str] | Sequence[float] | NDArray[Any] | np.generic | None
_Target: TypeAlias = str | int | Sequence[str] | Sequence[int] | None
_Listener: TypeAlias = Callable[[Any], object]
_Listeners: TypeAlias = _Listener | bool | Sequence[_Listener | bool] | None

class MlpError(Exception): ...
class ArgumentError(MlpError, ValueError): ...
class DataError(MlpError, ValueError): ...
class ModelError(MlpError, ValueError): ...
class MissingFile(DataError, ModelError, FileNotFoundError): ...
class OutputError(MlpError, OSError): ...
class NoMemory(MlpError, MemoryError): ...
class InterruptedTraining(MlpError): ...

Progress = SimpleNamespace

class ProgressBar:
    file: TextIO | None
    now: Any
    def __init__(self, file: TextIO | None = None) -> None: ...
    def __call__(self, now: Any) -> None: ...
    def draw(self) -> None: ...
    def end(self) -> None: ...

class Table:
    handle: int | None
    def __init__(self, handle: int | None, lent: Sequence[NDArray[Any]] = ()) -> None: ...
    def __len__(self) -> int: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def notice(self) -> str | None: ...

class Figure:
    def __init__(self, handle: int) -> None: ...
    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    def draw(self, format: str = "svg", width: int = 0, height: int = 0) -> bytes: ...
    def data(self) -> dict[str, Any]: ...
    def matplotlib(self) -> Any: ...

class Model:
    notices: list[str]
    def __init__(self, handle: int, notices: Sequence[str] = ()) -> None: ...
    @property
    def task(self) -> str: ...
    @property
    def labels(self) -> list[str]: ...
    @property
    def looked_for(self) -> str | None: ...
    @looked_for.setter
    def looked_for(self, label: str) -> None: ...
    @property
    def targets(self) -> list[str]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def networks(self) -> int: ...
    @property
    def parameters(self) -> int: ...
    @property
    def metadata(self) -> dict[str, Any]: ...
    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> None: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, data: bytes, name: str = "model") -> Model: ...
    def predict(self, data: _Data, threads: int = 0) -> NDArray[Any]: ...
    def predict_proba(self, data: _Data, threads: int = 0) -> NDArray[np.float64]: ...
    def predict_interval(
        self, data: _Data, coverage: float = 0.9, threads: int = 0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def predict_set(self, data: _Data, coverage: float = 0.9, threads: int = 0) -> NDArray[np.bool_]: ...
    def evaluate(self, data: _Data, threads: int = 0) -> dict[str, float]: ...
    def importance(self, data: _Data, target: str | None = None) -> dict[str, float]: ...
    def plot(self, kind: str, data: _Data = None, **wishes: str) -> Figure: ...
    def report(self, data: _Data, path: str | os.PathLike[str], overwrite: bool = False) -> None: ...
    def export(self, path: str | os.PathLike[str], data: _Data = None, overwrite: bool = False, matrix: bool = False,
               **options: Any) -> None: ...

class Spread(NamedTuple):
    mean: float
    deviation: float

@dataclass(frozen=True)
class Fold:
    repeat: int
    fold: int
    rows: NDArray[np.intp]
    epochs: int
    figures: dict[str, float]
    labels: list[str]
    values: NDArray[np.float64]
    predictions: NDArray[Any]

@dataclass(frozen=True)
class CrossValidation:
    task: str
    figures: dict[str, Spread]
    baseline: dict[str, float]
    folds: list[Fold]
    rows: int
    def predictions(self, repeat: int = 0) -> NDArray[Any]: ...

@dataclass(frozen=True)
class LearningStep:
    share: float
    rows: float
    figures: dict[str, Spread]

@dataclass(frozen=True)
class LearningCurve:
    task: str
    steps: list[LearningStep]
    outlook: dict[str, dict[str, float]]

@dataclass(frozen=True)
class Trial:
    number: int
    options: dict[str, Any]
    stage: int
    figure: float
    seconds: float
    failure: str | None

@dataclass(frozen=True)
class Tuning:
    task: str
    best: dict[str, Any]
    figure: str
    trials: list[Trial]
    held_out: dict[str, float] | None
    trainings: int
    seconds: float
    interrupted: bool

@dataclass(frozen=True)
class Size:
    hidden: str
    parameters: int
    operations: int
    flash: int | None
    figure: float
    holds: bool

@dataclass(frozen=True)
class Shrinking:
    model: Model
    figure: str
    sizes: list[Size]
    chosen: Size
    teacher: Size
    rows: dict[str, int]
    held_out_known: bool
    interrupted: bool

def read(
    path: str | os.PathLike[str], missing: str | list[str] | tuple[str, ...] | set[str] | frozenset[str] = ()
) -> Table: ...
def load(path: str | os.PathLike[str]) -> Model: ...
evaluate = Model.evaluate
export = Model.export
importance = Model.importance
plot = Model.plot
report = Model.report
def import_onnx(
    path: str | os.PathLike[str],
    columns: Sequence[str] | None = None,
    target: str | Sequence[str] | None = None,
    label_names: Sequence[str] | None = None,
    task: str = "auto",
) -> Model: ...
def options() -> dict[str, tuple[str, str]]: ...
class Ranks:
    rank: int
    ranks: int
    failure: BaseException | None
    def __init__(
        self,
        rank: int,
        ranks: int,
        send: Callable[[int, memoryview], object],
        receive: Callable[[int, int], bytes | bytearray | memoryview],
    ) -> None: ...
    @classmethod
    def by_sockets(
        cls,
        rank: int,
        ranks: int,
        before: socket.socket | None = None,
        behind: socket.socket | None = None,
        timeout: float = 45.0,
    ) -> Ranks: ...

def train(
    data: _Data,
    target: _Target = None,
    validation: _Data = None,
    *,
    initial: Model | None = None,
    progress: _Listeners = None,
    notice: Callable[[str], object] | None = None,
    ranks: Ranks | None = None,
    **settings: _Value,
) -> Model: ...
def cross_validate(
    data: _Data,
    target: _Target = None,
    *,
    folds: int = 5,
    repeats: int = 1,
    progress: _Listeners = None,
    notice: Callable[[str], object] | None = None,
    **settings: _Value,
) -> CrossValidation: ...
def learning_curve(
    data: _Data,
    target: _Target = None,
    *,
    sizes: int = 4,
    folds: int = 5,
    repeats: int = 1,
    progress: _Listeners = None,
    notice: Callable[[str], object] | None = None,
    **settings: _Value,
) -> LearningCurve: ...
def shrink(
    model: Model,
    data: _Data,
    validation: _Data = None,
    *,
    max_flash: int | str | None = None,
    max_parameters: int | None = None,
    max_operations: int | None = None,
    max_columns: int | None = None,
    require: Mapping[str, float] | Sequence[str] | str | None = None,
    integer: int | None = None,
    teaching: float | None = None,
    mixed: float | None = None,
    progress: _Listeners = None,
    notice: Callable[[str], object] | None = None,
    **settings: _Value,
) -> Shrinking: ...
def tune(
    data: _Data,
    target: _Target = None,
    *,
    search: Mapping[str, str | tuple[float, float] | Sequence[Any]] | None = None,
    trials: int | None = None,
    time: float | None = None,
    holdout: float | None = None,
    journal: str | os.PathLike[str] | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: _Listeners = None,
    notice: Callable[[str], object] | None = None,
    **settings: _Value,
) -> Tuning: ...
