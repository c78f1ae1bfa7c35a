# SPDX-License-Identifier: MIT
"""Estimators for scikit-learn: its pipelines, grid searches and cross-validation."""
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import (_check_sample_weight, check_consistent_length, check_is_fitted, column_or_1d,
                                      validate_data)

from ._errors import ArgumentError
from ._jobs import listeners
from ._tables import columns_of, from_columns
from ._train import Memory, Steps, Training

WEIGHT, TARGET = "sample weight", "y"
OF_FIT = {"data", "target", "task", "progress", "notice", "initial"}  # arguments of training that fit sets itself
SEVERAL = {"task": "regression", "loss": "binary-cross-entropy"}  # several labels per row: each is a target, 1 or 0


def _is_frame(X):
    return hasattr(X, "columns") or hasattr(X, "column_names")


class _Estimator(BaseEstimator):
    """The common part of both estimators. Parameters are options of training; with None, mlp
    decides.

    quality         auto, fast, good or best
    time            seconds that training may take
    hidden          neurons of the hidden layers, "64,32" or (64, 32)
    activation, optimizer, learning_rate, epochs
                    as in `mlp train`. If one of these four, or `hidden`, is set, quality="auto"
                    trains one network
    metric          the metric that decides which network is better: "loss", "auc", "mae", ...
    random_state    seed of the folds, the initial weights and the order of rows; an int yields the
                    same bits each time
    n_jobs          threads; None: all cores. The result does not depend on it
    verbose         prints the notices of training
    options         more options of `mlp train`, a dict with underscores: {"dropout": 0.1}
    warm_start      fit continues the network of the previous fit: there is one network, and
                    `quality` "auto" is "fast"
    callbacks       a function, or several, called with the mlp.Progress of each epoch; returning
                    False stops training. True, or mlp.ProgressBar(): a bar in the terminal or the
                    notebook"""

    def __init__(self, quality="auto", time=None, hidden=None, activation=None, optimizer=None, learning_rate=None,
                 epochs=None, metric=None, random_state=None, n_jobs=None, verbose=False, options=None, warm_start=False,
                 callbacks=None):
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
        self.warm_start = warm_start
        self.callbacks = callbacks

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    # --- inputs and training ---

    def _checked(self, X, reset):
        """X itself if its columns have names, else an array. `validate_data` records the names and
        the number of the columns (`reset`), or compares them."""
        if reset and not self.warm_start:
            vars(self).pop("model_", None)  # a fit that fails leaves no model of other columns
        if not _is_frame(X):
            X = validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan")
            if X.dtype.kind == "f" and not np.isfinite(X.sum()) and np.isinf(X).any():
                raise ValueError("X contains infinity")
            return X
        validate_data(self, X, reset=reset, skip_check_array=True)
        if not columns_of(X) or not len(columns_of(X)[0][1]):
            raise ValueError("X has 0 samples or features; at least one row and one column are wanted")
        return X

    def _given(self, y, place):
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target {place} is None")
        if getattr(getattr(y, "dtype", None), "kind", "") == "f" and not np.isfinite(y).all():
            raise ValueError(f"Input {place} contains NaN or infinity")
        return y

    def _settings(self, columns, taken):
        for name in taken & set(self.options or {}):
            raise ArgumentError(f"options: {name} is set by fit itself; leave it out")
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
        # Columns of a numeric type are numeric, whatever the library would guess from their values.
        settings["numeric"] = [name for name, values in columns if getattr(values, "dtype", np.dtype("O")).kind in "fiu"] or None
        return {**settings, **(self.options or {})}

    def _fit(self, X, targets, weights, eval_set, settings, rows):
        """Trains on the rows of X with the numbers `rows`, some of which may be repeated; targets
        and weights are those of `rows`."""
        initial = self.model_ if self.warm_start and hasattr(self, "model_") else None
        columns = columns_of(X)
        settings = {**self._settings(columns, OF_FIT | ({"validation"} if eval_set is not None else set())), **settings}
        if self.warm_start and settings["quality"] == "auto":
            settings["quality"] = "fast"
        columns = [(name, _taken(values, rows)) for name, values in columns]
        settings, columns, weighted = self._columns(columns, targets, weights, settings)
        validating = None if eval_set is None else self._validating(eval_set, weighted)
        self._optimizer_memory = Memory()
        self.loss_curve_ = []
        self._train(Training, from_columns(columns), validating, settings, initial)
        self.n_iter_ = self.model_.metadata["training"]["epochs"]
        return self

    def _partial_fit(self, X, targets, weights, settings, rows):
        """Trains one epoch on the rows of X with the numbers `rows`, some of which may be repeated;
        targets and weights are those of `rows`."""
        begun = hasattr(self, "model_")
        if begun and self.model_.networks > 1:
            raise ValueError(f"partial_fit continues one network, and this model has {self.model_.networks}; fit with "
                             'quality="fast", or begin with partial_fit')
        if not begun:
            self._optimizer_memory, self.loss_curve_, self.n_iter_ = Memory(), [], 0
        columns = columns_of(X)
        settings = {"optimizer": "adam", **{name: value for name, value in self._settings(columns, OF_FIT).items()
                                            if value is not None}, **settings}
        settings.update(quality="fast", epochs=1, validation=0)
        columns = [(name, _taken(values, rows)) for name, values in columns]
        settings, columns, _ = self._columns(columns, targets, weights, settings)
        self._train(partial(Steps, self._optimizer_memory), from_columns(columns), None, settings,
                    self.model_ if begun else None)
        self.n_iter_ += 1
        return self

    def _columns(self, columns, targets, weights, settings):
        """The settings, completed by the names of the targets and weights; all columns, including
        these; and whether there are weights."""
        extra = [] if weights is None else [(WEIGHT, weights)]
        added = _apart([*extra, *targets], columns)
        names = [name for name, _ in added]
        if extra:
            settings = {**settings, "weight_column": names.pop(0)}
        return {**settings, "target": names}, [*columns, *added], bool(extra)

    def _validating(self, eval_set, weighted):
        X, y = eval_set[0], self._known(eval_set[1], "y of eval_set")
        ones = [(WEIGHT, np.ones(len(y)))] if weighted else []
        columns = columns_of(self._checked(X, reset=False))
        return from_columns([*columns, *_apart([*ones, *self._targets(y, "eval_set")], columns)])

    def _train(self, kind, table, validating, settings, initial):
        def see(now):
            if now.networks == 1:
                self.loss_curve_.append(now.training_loss)
        self.model_ = kind(table, validating, settings, initial, [see, *listeners(self.callbacks)],
                           print if self.verbose else None).run()

    # --- predictions ---

    def _ask(self, question, X, *more):
        """Calls a method of the model for X, which becomes a table unless the model can read it
        directly."""
        check_is_fitted(self, "model_")
        X = self._checked(X, reset=False)
        threads = self.n_jobs if self.n_jobs is not None and self.n_jobs > 0 else 0
        data = X if isinstance(X, np.ndarray) and X.dtype == np.float64 else from_columns(columns_of(X))
        return getattr(self.model_, question)(data, *more, threads=threads)


class MLPClassifier(ClassifierMixin, _Estimator):
    """A classifier for labels of any kind. Inputs may be numbers, texts, categories, dates and
    missing values. If y is a matrix of 0 and 1, rows x labels, a row may have any number of
    labels."""

    def __init__(self, quality="auto", time=None, hidden=None, activation=None, optimizer=None, learning_rate=None,
                 epochs=None, metric=None, class_weight=None, random_state=None, n_jobs=None, verbose=False, options=None,
                 warm_start=False, callbacks=None):
        super().__init__(quality, time, hidden, activation, optimizer, learning_rate, epochs, metric, random_state, n_jobs,
                         verbose, options, warm_start, callbacks)
        self.class_weight = class_weight

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X, y, sample_weight=None, eval_set=None):
        X, y = self._checked(X, reset=True), self._known(y)
        check_consistent_length(X, y)
        classes = np.arange(y.shape[1]) if y.ndim == 2 else np.unique(y)
        if len(classes) < 2:
            raise ValueError("y holds 1 class; a classifier needs two or more classes")
        if self.warm_start and hasattr(self, "model_") and self._other(classes, y.ndim == 2):
            raise ValueError(f"warm_start continues with the classes {_told(self.classes_)}, and y holds {_told(classes)}")
        self.classes_, self.multilabel_ = classes, y.ndim == 2
        targets = self._targets(y)
        rows, targets, weights = _with_all(np.arange(len(y)), targets, _weights(sample_weight, X), self._lacking(targets))
        return self._fit(X, targets, weights, eval_set, self._task(), rows)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Trains one epoch on these rows, and continues the optimizer's state of earlier calls.
        The first call must name all `classes` (unless y is a matrix), and decides how columns are
        scaled and encoded: its rows should resemble the later ones."""
        begun = hasattr(self, "model_")
        X, y = self._checked(X, reset=not begun), self._known(y)
        if isinstance(self.class_weight, str) and y.ndim == 1:
            raise ValueError(f"class_weight={self.class_weight!r} needs all rows; give partial_fit a dict")
        check_consistent_length(X, y)
        if not begun:
            if y.ndim == 1 and classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit: all labels that y will ever hold")
            self.classes_ = np.arange(y.shape[1]) if y.ndim == 2 else np.unique(classes)
            self.multilabel_ = y.ndim == 2
        elif y.ndim == 1 and classes is not None and self._other(np.unique(classes), False):
            raise ValueError(f"classes are {_told(classes)}, and the first call of partial_fit named {_told(self.classes_)}")
        targets, weights = self._targets(y), _weights(sample_weight, X)
        rows, targets, weights = _with_all(np.arange(len(y)), targets, weights, self._lacking(targets))
        return self._partial_fit(X, targets, weights, self._task(), rows)

    def _lacking(self, targets):
        """Targets of the rows to add: one for each class that is missing; with several labels per
        row, the opposite of the first row if a label is constant."""
        if not self.multilabel_:
            return [[label] for label in sorted(set(_texts(range(len(self.classes_)))) - set(targets[0][1]))]
        constant = any((values == values[0]).all() for _, values in targets)
        return [[1 - values[0] for _, values in targets]] if constant else []

    def _known(self, y, place="y"):
        y = self._given(y, place)
        check_classification_targets(y)
        kind = type_of_target(y)
        if kind == "multilabel-indicator":
            return np.asarray(y.toarray() if hasattr(y, "toarray") else y)
        return column_or_1d(y, warn=True)

    def _other(self, classes, multilabel):
        return self.multilabel_ != multilabel or not np.array_equal(self.classes_, classes)

    def _task(self):
        if self.multilabel_:
            if self.class_weight is not None:
                raise ValueError("class_weight is for one label per row; leave it out")
            return SEVERAL
        return {"task": "classification", "class_weights": None if self.class_weight is None else self._class_weights()}

    def _targets(self, y, place="y"):
        if self.multilabel_:
            y = np.asarray(y, dtype=np.float64)
            return [(f"{TARGET}{k + 1}", np.ascontiguousarray(y[:, k])) for k in range(len(self.classes_))]
        at, y = {label: k for k, label in enumerate(self.classes_)}, column_or_1d(y)
        for label in set(y) - set(at):
            raise ValueError(f'{place} holds the label "{label}", which is not one of {_told(self.classes_)}; leave its rows out')
        return [(TARGET, _texts([at[label] for label in y]))]

    def _class_weights(self):
        if isinstance(self.class_weight, str):
            return self.class_weight
        for label in set(self.class_weight) - set(self.classes_):
            raise ValueError(f'class_weight: no row of y has the label "{label}"; leave it out, or correct it')
        return ",".join(f"c{k}={self.class_weight.get(label, 1)}" for k, label in enumerate(self.classes_))

    def _order(self):
        """The index of each class among the model's labels."""
        labels = self.model_.labels
        return [labels.index(f"c{k}") for k in range(len(self.classes_))]

    def predict_proba(self, X):
        """The probabilities, rows x classes. If rows have several labels, each label has its own
        probability."""
        check_is_fitted(self, "model_")
        return self._ask("predict", X) if self.multilabel_ else self._ask("predict_proba", X)[:, self._order()]

    def predict(self, X):
        """The label of each row: the most probable one, or the one that the model's threshold
        decides. If rows have several labels, an array of rows x labels: 1 where a probability is
        above 0.5."""
        check_is_fitted(self, "model_")
        if self.multilabel_:
            probability = self.predict_proba(X)
            _all_answered(np.isnan(probability).any(axis=1))
            return (probability > 0.5).astype(int)
        at = {f"c{k}": k for k in range(len(self.classes_))}
        codes = [at.get(label) for label in self._ask("predict", X)]
        _all_answered(np.array([code is None for code in codes]))
        return self.classes_[codes]

    def predict_set(self, X, coverage=0.9):
        """Whether each class is in the set of a row, an array of rows x classes: in a share
        `coverage` of new rows, the set contains the true class."""
        check_is_fitted(self, "model_")
        if self.multilabel_:
            raise ValueError("predict_set is for one label per row")
        return self._ask("predict_set", X, coverage)[:, self._order()]


class MLPRegressor(RegressorMixin, _Estimator):
    """A regressor for one target, or several at once."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X, y, sample_weight=None, eval_set=None):
        X, y = self._checked(X, reset=True), self._known(y)
        check_consistent_length(X, y)
        if len(y) < 2:
            raise ValueError("n_samples=1: training needs two rows or more")
        targets = self._targets(y)
        rows, targets, weights = _with_all(np.arange(len(y)), targets, _weights(sample_weight, X), self._lacking(targets))
        return self._fit(X, targets, weights, eval_set, {"task": "regression"}, rows)

    def partial_fit(self, X, y, sample_weight=None):
        """Trains one epoch on these rows, and continues the optimizer's state of earlier calls.
        The first call decides how columns and targets are scaled and encoded: its rows should
        resemble the later ones."""
        X, y = self._checked(X, reset=not hasattr(self, "model_")), self._known(y)
        check_consistent_length(X, y)
        targets, weights = self._targets(y), _weights(sample_weight, X)
        lacking = self._lacking(targets) if hasattr(self, "model_") else []
        rows, targets, weights = _with_all(np.arange(len(y)), targets, weights, lacking)
        return self._partial_fit(X, targets, weights, {"task": "regression"}, rows)

    def _lacking(self, targets):
        """Targets of a row to add, close to those of the first row, if a target is constant."""
        constant = any((values == values[0]).all() for _, values in targets)
        return [[values[0] + (abs(values[0]) or 1) / 1000 for _, values in targets]] if constant else []

    def _known(self, y, place="y"):
        y = np.asarray(self._given(y, place))
        if y.dtype.kind == "c":
            raise ValueError("Complex data not supported")
        y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
        try:
            y = np.asarray(y, dtype=np.float64)
        except TypeError as failure:  # for example pandas.NA in an array of objects
            raise ValueError(f"Input {place} contains NaN, or a value that is not a number: {failure}") from None
        if not np.isfinite(y).all():
            raise ValueError(f"Input {place} contains NaN or infinity")
        return y

    def _targets(self, y, place="y"):
        y = np.asarray(y, dtype=np.float64)
        return [(TARGET, y)] if y.ndim == 1 else [(f"{TARGET}{k + 1}", y[:, k]) for k in range(y.shape[1])]

    def predict(self, X):
        return self._ask("predict", X)

    def predict_interval(self, X, coverage=0.9):
        """Two arrays of lower and upper bounds: in a share `coverage` of new rows, the true value
        lies between them."""
        return self._ask("predict_interval", X, coverage)


def _apart(added, columns):
    """The added columns, with "_" appended to their names until none is the name of a column."""
    taken = {name for name, _ in columns}
    while not taken.isdisjoint(name for name, _ in added):
        added = [(f"{name}_", values) for name, values in added]
    return added


def _with_all(rows, targets, weights, lacking):
    """Appends copies of the first row, of weight 0, with the `lacking` targets: the library finds
    the labels in the rows, and refuses constant targets. Returns the numbers of the rows, the
    targets and the weights."""
    if not lacking:
        return rows, targets, weights
    weights = np.ones(len(rows)) if weights is None else weights
    return (np.append(rows, np.zeros(len(lacking), dtype=rows.dtype)),
            [(name, np.append(values, np.array([row[k] for row in lacking], dtype=values.dtype)))
             for k, (name, values) in enumerate(targets)], np.append(weights, np.zeros(len(lacking))))


def _taken(values, rows):
    if len(rows) == len(values):  # every row occurs once
        return values
    return values.iloc[rows] if hasattr(values, "iloc") else np.asarray(values)[rows]


def _all_answered(unanswered):
    if unanswered.any():
        raise ValueError(f"X[{unanswered.argmax()}] has no prediction: its numbers are so far from those of training that "
                         "the network's overflow; correct the row, or leave it out")


def _told(labels):
    return ", ".join(str(label) for label in labels)


def _texts(codes):
    return np.array([f"c{code}" for code in codes], dtype=object)


def _weights(sample_weight, X):
    if sample_weight is None:
        return None
    rows = np.empty((len(X), 1))  # only the number of rows matters; X may be any frame
    weights = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
    if not weights.any():
        raise ValueError("all sample weights are zero")
    return np.ascontiguousarray(weights, dtype=np.float64)
