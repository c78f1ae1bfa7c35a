# SPDX-License-Identifier: MIT
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Self

from . import _Listeners, Model

class _Estimator:
    model_: Model
    n_iter_: int
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    loss_curve_: list[float]
    quality: str
    time: float | None
    hidden: Any
    activation: str | None
    optimizer: str | None
    learning_rate: float | None
    epochs: int | None
    metric: str | None
    random_state: Any
    n_jobs: int | None
    verbose: bool
    options: Mapping[str, Any] | None
    warm_start: bool
    callbacks: _Listeners
    def get_params(self, deep: bool = True) -> dict[str, Any]: ...
    def set_params(self, **params: Any) -> Self: ...

class MLPClassifier(_Estimator):
    classes_: NDArray[Any]
    multilabel_: bool
    class_weight: Mapping[Any, float] | str | None
    def __init__(
        self,
        quality: str = "auto",
        time: float | None = None,
        hidden: str | int | Sequence[int] | NDArray[Any] | None = None,
        activation: str | None = None,
        optimizer: str | None = None,
        learning_rate: float | None = None,
        epochs: int | None = None,
        metric: str | None = None,
        class_weight: Mapping[Any, float] | str | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: bool = False,
        options: Mapping[str, Any] | None = None,
        warm_start: bool = False,
        callbacks: _Listeners = None,
    ) -> None: ...
    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, eval_set: tuple[Any, ArrayLike] | None = None
    ) -> Self: ...
    def partial_fit(
        self, X: Any, y: ArrayLike, classes: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> Self: ...
    def predict(self, X: Any) -> NDArray[Any]: ...
    def predict_proba(self, X: Any) -> NDArray[np.float64]: ...
    def predict_set(self, X: Any, coverage: float = 0.9) -> NDArray[np.bool_]: ...
    def score(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float: ...

class MLPRegressor(_Estimator):
    def __init__(
        self,
        quality: str = "auto",
        time: float | None = None,
        hidden: str | int | Sequence[int] | NDArray[Any] | None = None,
        activation: str | None = None,
        optimizer: str | None = None,
        learning_rate: float | None = None,
        epochs: int | None = None,
        metric: str | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: bool = False,
        options: Mapping[str, Any] | None = None,
        warm_start: bool = False,
        callbacks: _Listeners = None,
    ) -> None: ...
    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, eval_set: tuple[Any, ArrayLike] | None = None
    ) -> Self: ...
    def partial_fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self: ...
    def predict(self, X: Any) -> NDArray[np.float64]: ...
    def predict_interval(self, X: Any, coverage: float = 0.9) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def score(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float: ...
