# SPDX-License-Identifier: MIT
"""scikit-learn's manners: estimators for pipelines, grids and cross-validation."""
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (_check_sample_weight, check_consistent_length, check_is_fitted, column_or_1d,
                                      validate_data)

from ._errors import ArgumentError
from ._tables import columns_of, from_columns
from ._train import train

WEIGHT, TARGET = "sample weight", "y"
OF_FIT = {"data", "target", "task", "progress", "notice"}  # what fit gives to training, and no option can


def _is_frame(X):
    return hasattr(X, "columns") or hasattr(X, "column_names")


class _Estimator(BaseEstimator):
    """What both have in common. Parameters are options of training; None leaves them to mlp.

    quality         auto, fast, good or best
    time            seconds that training may take
    hidden          neurons of the hidden layers, "64,32" or (64, 32): one network, as with the next four
    activation, optimizer, learning_rate, epochs
    metric          what better means: loss, or a figure such as "auc" or "mae"
    random_state    of the folds, the first weights and the order of rows; an int gives the same bits each time
    n_jobs          threads; None: all cores. The result does not depend on it
    verbose         prints what training says
    options         more options of `mlp train`, a dict with underscores: {"dropout": 0.1}"""

    def __init__(self, quality="auto", time=None, hidden=None, activation=None, optimizer=None, learning_rate=None,
                 epochs=None, metric=None, random_state=None, n_jobs=None, verbose=False, options=None):
        self.quality = quality
        self.time = time
        self.hidden = hidden
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.metric = metric
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.options = options

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    # --- what goes in ---

    def _checked(self, X, reset):
        """X as it is where it has names, else as an array. As `validate_data` does it, names and their number are kept or
        compared."""
        if not _is_frame(X):
            X = validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan")
            if X.dtype.kind == "f" and not np.isfinite(X.sum()) and np.isinf(X).any():
                raise ValueError("X contains infinity")
            return X
        validate_data(self, X, reset=reset, skip_check_array=True)
        if not columns_of(X) or not len(columns_of(X)[0][1]):
            raise ValueError("X has 0 samples or features; at least one row and one column are wanted")
        return X

    def _given(self, y):
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        if getattr(getattr(y, "dtype", None), "kind", "") == "f" and not np.isfinite(y).all():
            raise ValueError("Input y contains NaN or infinity")
        return y

    def _settings(self, columns, taken):
        for name in taken & set(self.options or {}):
            raise ArgumentError(f"options: {name} is what fit itself gives to training; leave it out")
        names = ("quality", "time", "activation", "optimizer", "learning_rate", "epochs", "metric")
        settings = {name: getattr(self, name) for name in names}
        if self.hidden is not None:
            settings["hidden"] = self.hidden if isinstance(self.hidden, str) else np.atleast_1d(self.hidden)
        if self.n_jobs is not None and self.n_jobs > 0:
            settings["threads"] = self.n_jobs
        seed = self.random_state
        if seed is None or not isinstance(seed, (int, np.integer)):
            seed = int(check_random_state(seed).randint(1, 2**31 - 1))
        settings["seed"] = int(seed)
        # What the caller hands over as numbers are numbers, whatever a look at them says.
        settings["numeric"] = [name for name, values in columns if getattr(values, "dtype", np.dtype("O")).kind in "fiu"] or None
        return {**settings, **(self.options or {})}

    def _fit(self, X, targets, sample_weight, eval_set, settings):
        columns, weights = columns_of(X), []
        settings = {**self._settings(columns, OF_FIT | ({"validation"} if eval_set is not None else set())), **settings}
        if sample_weight is not None:
            weights = [(WEIGHT, _weights(sample_weight, X))]
        added = _apart([*weights, *targets], columns)
        names = [name for name, _ in added]
        if weights:
            settings["weight_column"] = names.pop(0)
        if eval_set is not None:
            eval_x, eval_y = eval_set
            ones = [(WEIGHT, np.ones(len(eval_y)))] if weights else []
            eval_columns = columns_of(self._checked(eval_x, reset=False))
            settings["validation"] = from_columns([*eval_columns, *_apart([*ones, *self._targets(eval_y)], eval_columns)])
        curve = []
        self.model_ = train(from_columns([*columns, *added]), names, notice=print if self.verbose else None,
                            progress=lambda now: curve.append(now), **settings)
        self.n_iter_ = self.model_.metadata["training"]["epochs"]
        self.loss_curve_ = [now.training_loss for now in curve if now.networks == 1]
        return self

    # --- what comes out ---

    def _ask(self, question, X, *more):
        """A method of the model on X, which is handed over as it is where the model takes it so."""
        check_is_fitted(self, "model_")
        X = self._checked(X, reset=False)
        threads = self.n_jobs if self.n_jobs is not None and self.n_jobs > 0 else 0
        data = X if isinstance(X, np.ndarray) and X.dtype == np.float64 else from_columns(columns_of(X))
        return getattr(self.model_, question)(data, *more, threads=threads)


class MLPClassifier(ClassifierMixin, _Estimator):
    """A classifier: labels of any kind; numbers, texts, categories, dates and missing values in."""

    def __init__(self, quality="auto", time=None, hidden=None, activation=None, optimizer=None, learning_rate=None,
                 epochs=None, metric=None, class_weight=None, random_state=None, n_jobs=None, verbose=False, options=None):
        super().__init__(quality, time, hidden, activation, optimizer, learning_rate, epochs, metric, random_state, n_jobs,
                         verbose, options)
        self.class_weight = class_weight

    def fit(self, X, y, sample_weight=None, eval_set=None):
        X, y = self._checked(X, reset=True), column_or_1d(self._given(y), warn=True)
        check_consistent_length(X, y)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("y holds 1 class; a classifier needs two or more classes")
        settings = {"task": "classification"}
        if self.class_weight is not None:
            settings["class_weights"] = self._class_weights()
        return self._fit(X, [(TARGET, _texts(codes))], sample_weight, eval_set, settings)

    def _targets(self, y):
        at, y = {label: k for k, label in enumerate(self.classes_)}, column_or_1d(y)
        for label in set(y) - set(at):
            raise ValueError(f'eval_set holds the label "{label}", which y does not; leave its rows out')
        return [(TARGET, _texts([at[label] for label in y]))]

    def _class_weights(self):
        if isinstance(self.class_weight, str):
            return self.class_weight
        for label in set(self.class_weight) - set(self.classes_):
            raise ValueError(f'class_weight: no row of y has the label "{label}"; leave it out, or correct it')
        return ",".join(f"c{k}={self.class_weight.get(label, 1)}" for k, label in enumerate(self.classes_))

    def _order(self):
        """The place of each class among the model's labels."""
        labels = self.model_.labels
        return [labels.index(f"c{k}") for k in range(len(self.classes_))]

    def predict_proba(self, X):
        return self._ask("predict_proba", X)[:, self._order()]

    def predict(self, X):
        """Of each row the label that the model decides for: the likeliest, or by the threshold that it keeps."""
        labels = self._ask("predict", X)
        at = {f"c{k}": k for k in range(len(self.classes_))}
        codes = [at.get(label) for label in labels]
        if None in codes:
            raise ValueError(f"X[{codes.index(None)}] has no prediction: its numbers are so far from those of training that "
                             "the network's overflow; correct the row, or leave it out")
        return self.classes_[codes]

    def predict_set(self, X, coverage=0.9):
        """Rows x classes: whether a class is in the set of the row, which holds the truth in a share `coverage`."""
        return self._ask("predict_set", X, coverage)[:, self._order()]


class MLPRegressor(RegressorMixin, _Estimator):
    """A regressor of one number, or of several at once."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X, y, sample_weight=None, eval_set=None):
        X, y = self._checked(X, reset=True), np.asarray(self._given(y))
        y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
        check_consistent_length(X, y)
        if y.dtype.kind == "c":
            raise ValueError("Complex data not supported")
        if len(y) < 2:
            raise ValueError("n_samples=1: training needs two rows or more")
        return self._fit(X, self._targets(y.astype(np.float64)), sample_weight, eval_set, {"task": "regression"})

    def _targets(self, y):
        y = np.asarray(y, dtype=np.float64)
        return [(TARGET, y)] if y.ndim == 1 else [(f"{TARGET}{k + 1}", y[:, k]) for k in range(y.shape[1])]

    def predict(self, X):
        return self._ask("predict", X)

    def predict_interval(self, X, coverage=0.9):
        """Lower and upper ends that hold the truth of new rows in a share `coverage` of them."""
        return self._ask("predict_interval", X, coverage)


def _apart(added, columns):
    """The added columns, with "_" behind their names until none of the columns has one of them."""
    taken = {name for name, _ in columns}
    while not taken.isdisjoint(name for name, _ in added):
        added = [(f"{name}_", values) for name, values in added]
    return added


def _texts(codes):
    return np.array([f"c{code}" for code in codes], dtype=object)


def _weights(sample_weight, X):
    rows = np.empty((len(X), 1))  # as many; frames are of many kinds
    weights = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
    if not weights.any():
        raise ValueError("all sample weights are zero")
    return np.ascontiguousarray(weights, dtype=np.float64)
