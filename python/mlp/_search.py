# SPDX-License-Identifier: MIT
"""Many training runs: cross-validation, learning curves, and tuning of options."""
import ctypes
import math
import os
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from ._errors import ArgumentError
from ._jobs import Job
from ._library import (ON_FOLD, ON_TRAINING, CrossValidationResult, LearningCurveResult, Outlook, TuneReport, TASKS, call, metrics_of,
                       lib, made_by, metric_names)
from ._model import arrays_of, labels_of, predictions_of
from ._options import target_names
from ._tables import table_of

TELLING = ("accuracy", "log_loss", "rmse", "r2")  # the metrics that repr shows
BASELINES = (b"baseline_accuracy", b"baseline_log_loss", b"baseline_rmse")


class Spread(NamedTuple):
    """The mean and the standard deviation (n - 1) of a metric over the folds."""
    mean: float
    deviation: float

    def __str__(self):
        return f"{self.mean:.4g} ± {self.deviation:.2g}"


@dataclass(frozen=True)
class Fold:
    """A training run of a cross-validation, and its predictions for the rows that it did not see."""
    repeat: int
    fold: int
    rows: np.ndarray = field(repr=False)  # numbers of these rows in the table, counted from 0
    epochs: int
    figures: dict
    labels: list = field(repr=False)  # the labels of the columns of `values`; regression: []
    values: np.ndarray = field(repr=False)  # probabilities, rows x labels; regression: rows x targets
    predictions: np.ndarray = field(repr=False)  # as Model.predict returns them


@dataclass(frozen=True, repr=False)
class CrossValidation:
    """Metrics on all rows, each predicted by a model that never saw it."""
    task: str
    figures: dict  # by name of a metric, its Spread
    baseline: dict  # by name of a metric, its mean for the answer that ignores the inputs
    folds: list
    rows: int  # number of rows of the table

    def __repr__(self):
        of = [f"{name} {spread}" + (f" (without inputs {self.baseline[name]:.4g})" if name in self.baseline else "")
              for name, spread in self.figures.items() if name in TELLING]
        return f"<mlp.CrossValidation of {len(self.folds)} folds: {', '.join(of)}>"

    def predictions(self, repeat=0):
        """For each row of the table the label, or the value, predicted by the fold that left it
        out; None, or NaN, for rows without a target."""
        folds = [one for one in self.folds if one.repeat == repeat]
        if not folds:
            raise ArgumentError(f"repeat={repeat}: there are {max(one.repeat for one in self.folds) + 1}, from 0")
        shape = (self.rows, *folds[0].predictions.shape[1:])
        empty = np.full(shape, None, dtype=object) if self.task == "classification" else np.full(shape, np.nan)
        for one in folds:
            empty[one.rows] = one.predictions
        return empty


@dataclass(frozen=True)
class Trial:
    """Options that were tried. `stage` is the last stage that they reached, 1 to 4; 0: they were
    not evaluated."""
    number: int  # 0: the defaults
    options: dict
    stage: int
    figure: float
    seconds: float
    failure: str  # why there is no metric; None: there is one


@dataclass(frozen=True, repr=False)
class Tuning:
    """`best` holds options for mlp.train(data, **best). `held_out` compares them with the defaults
    on rows that took no part in the search."""
    task: str
    best: dict
    figure: str  # name of the metric that ranks the trials
    trials: list  # the best first
    held_out: dict  # rows, best, defaults, gain, standard_error; None: nothing was compared
    trainings: int
    seconds: float
    interrupted: bool

    def __repr__(self):
        best = ", ".join(f"{name}={value!r}" for name, value in self.best.items())
        return f"<mlp.Tuning of {len(self.trials)} trials: {best}; {self.figure} {self.trials[0].figure:.4g}>"


@dataclass(frozen=True)
class LearningStep:
    """Metrics of training with a share of the training rows of each fold."""
    share: float
    rows: float
    figures: dict


@dataclass(frozen=True, repr=False)
class LearningCurve:
    """`outlook` holds, by name of the metric, how much the last doubling of the rows gained, the
    standard error of this gain, and the metric expected after the next doubling (NaN: unknown)."""
    task: str
    steps: list
    outlook: dict

    def __repr__(self):
        name = "accuracy" if self.task == "classification" else "rmse"
        of = [f"{step.rows:.0f} rows: {step.figures[name]}" for step in self.steps if name in step.figures]
        return f"<mlp.LearningCurve, {name} with {'; '.join(of)}>"


def cross_validate(data, target=None, *, folds=5, repeats=1, progress=None, notice=None, **settings):
    """Evaluates options of training: trains `folds` times without one part of the rows, and
    predicts that part. `repeats` is the number of times that this is done, each with another
    division of the rows. `settings` are those of mlp.train; `quality` is "fast" unless they set it.
    Returns a CrossValidation."""
    return CrossValidating(data, target, folds, repeats, settings, progress, notice).run()


def learning_curve(data, target=None, *, sizes=4, folds=5, repeats=1, progress=None, notice=None, **settings):
    """Cross-validates with 1/2^(sizes-1), ..., 1/2 and all of the training rows of each fold.
    Returns a LearningCurve."""
    return _LearningCurve(data, target, folds, repeats, settings, progress, notice, sizes).run()


def tune(data, target=None, *, search=None, trials=None, time=None, holdout=None, journal=None, resume=False,
         overwrite=False, progress=None, notice=None, **settings):
    """Searches for options of training that suit the data, and compares them with the defaults.
    Returns a Tuning.

    search     dimensions that replace the usual ones or are added to them:
               {"learning_rate": (0.001, 0.1), "hidden": ["64", "96,48"], "l2": "0|0.001..0.01"}.
               A pair of numbers is a range, a list holds alternatives, and a text is read as by
               `mlp tune --search`
    trials     number of trials; without `time`, the result is then the same on any machine
    time       seconds that the search may take; 60 if neither `time` nor `trials` is given
    holdout    share of the rows kept aside for the final comparison; default 0.2
    journal    file that records each training run; resume=True continues it, overwrite=True
               replaces it
    settings   of mlp.train, the same for all trials

    Ctrl-C ends the search with the best trial so far."""
    wishes = {"trials": trials, "time": 0 if trials and time is None else time, "holdout": holdout,
              "journal": None if journal is None else os.fspath(journal), "resume": resume, "overwrite": overwrite}
    return Tuner(data, target, search or {}, wishes, settings, progress, notice).run()


class _Searching(Job):
    """A computation whose options are a second object of the library, next to the options of
    training. `job`: options that name a shared job and this worker's part in it; `function`: the
    function of mlp/job.h that does the part, instead of the class's own."""
    kind, function, by_epochs = "", "", False

    def __init__(self, data, target, settings, progress, notice, job=None, function=None):
        if target is not None:
            settings = {**settings, "target": target_names(target)}
        super().__init__({**settings, **(job or {})}, progress, notice)
        self.table, self.function = table_of(data), function or self.function

    def finds(self, handle, found):
        """Calls the function. True: it filled `found`. False: it did a part of a job, and `last`
        states whether the job is finished."""
        last = ctypes.c_bool()
        part = self.function.startswith("mlp_job_part")
        call(self.function, self.table.handle, handle, ctypes.byref(last if part else found), given=self.options.given)
        self.last = last.value
        return not part

    def set(self, handle, name, value):
        if isinstance(value, (bool, int, float, np.integer, np.floating)):
            call(f"mlp_{self.kind}_options_set_number", handle, name.encode(), float(value))
        elif value is not None:
            call(f"mlp_{self.kind}_options_set", handle, name.encode(), str(value).encode())


class CrossValidating(_Searching):
    kind, function = "cross_validation", "mlp_cross_validate"

    def __init__(self, data, target, folds, repeats, settings, progress=None, notice=None, **shared):
        super().__init__(data, target, settings, progress, notice, **shared)
        self.wishes, self.folds = {"folds": folds, "repeats": repeats}, []

    def work(self):
        handle, folded = made_by("mlp_cross_validation_options_create"), ON_FOLD(self._on_fold)
        try:
            for name, value in self.wishes.items():
                self.set(handle, name, value)
            lib.mlp_cross_validation_options_set_training(handle, self.options.handle)
            lib.mlp_cross_validation_options_listen(handle, ctypes.cast(folded, ctypes.c_void_p), None)
            return self.make(handle)
        finally:
            lib.mlp_cross_validation_options_free(handle)

    def make(self, handle):
        found = CrossValidationResult()
        if not self.finds(handle, found):
            return self.last
        try:
            self.folds.sort(key=lambda one: (one.repeat, one.fold))
            baseline = {name[9:]: spread.mean for name, spread in _spreads(found, BASELINES).items()}
            return CrossValidation(TASKS[found.task], _spreads(found), baseline, self.folds, len(self.table))
        finally:
            lib.mlp_cross_validation_release(ctypes.byref(found))

    def keep(self, fold):
        labels, (values, label) = labels_of(fold.model), arrays_of(fold.predicted)
        rows = np.ctypeslib.as_array(fold.row, (fold.count,)).astype(np.intp)
        self.folds.append(Fold(fold.repeat, fold.fold, rows, fold.epochs, dict(metrics_of(ctypes.byref(fold.figures))),
                               labels, values, predictions_of(values, label, labels)))

    def _on_fold(self, fold, done, every, context):
        try:
            self.keep(fold.contents)
        except BaseException as failure:
            self.failure = self.failure or failure
        if not self.news(SimpleNamespace(done=done, folds=every)) or self.failure:
            self.stop.value = 1


class _LearningCurve(CrossValidating):
    def __init__(self, *arguments):
        *arguments, self.sizes = arguments
        super().__init__(*arguments)

    def keep(self, fold):
        """Keeps nothing: a learning curve needs only the metrics of its steps."""

    def make(self, handle):
        found = LearningCurveResult()
        call("mlp_learning_curve_make", self.table.handle, handle, self.sizes, ctypes.byref(found), given=self.options.given)
        try:
            steps = [LearningStep(step.share, step.rows, _spreads(step.folds)) for step in found.steps[:found.count]]
            return LearningCurve(TASKS[found.task], steps, dict(_outlooks(found)))
        finally:
            lib.mlp_learning_curve_release(ctypes.byref(found))


class Tuner(_Searching):
    kind, function = "tune", "mlp_tune"

    def __init__(self, data, target, search, wishes, settings, progress=None, notice=None, **shared):
        super().__init__(data, target, settings, progress, notice, **shared)
        self.wishes, self.settings, self.target = wishes, settings, target
        self.fixed = [name for name, _, _ in self.options.given if name not in (shared.get("job") or {})]
        self.search = [f"{name.replace('_', '-')}={_dimension(name, values)}" for name, values in search.items()]

    def work(self):
        handle, listener = made_by("mlp_tune_options_create"), ON_TRAINING(self._on_training)
        try:
            for name, value in self.wishes.items():
                self.set(handle, name, value)
            for name, texts in (("fixed", self.fixed), ("search", self.search)):
                for text in texts:
                    call("mlp_tune_options_add", handle, name.encode(), text.encode())
            lib.mlp_tune_options_set_base(handle, self.options.handle)
            lib.mlp_tune_options_listen(handle, ctypes.cast(listener, ctypes.c_void_p), None)
            found = TuneReport()
            if not self.finds(handle, found):
                return self.last
        finally:
            lib.mlp_tune_options_free(handle)
        try:
            return self._told(found)
        finally:
            lib.mlp_tune_report_release(ctypes.byref(found))

    def _told(self, found):
        trials = [Trial(one.number, _options_of(one), one.stage, one.figure, one.seconds,
                        one.failure.decode() if one.failure else None) for one in found.trials[:found.trial_count]]
        best = {**({} if self.target is None else {"target": self.target}), **self.settings,
                **(trials[0].options or {"quality": "fast"})}  # the defaults, tried with one network
        compared = {name: getattr(found.held_out, name) for name, _ in found.held_out._fields_}
        compared = {name: value for name, value in compared.items() if not math.isnan(value)} if compared["rows"] else None
        return Tuning(TASKS[found.task], best, found.figure.decode(), trials, compared, found.trainings, found.seconds,
                      found.interrupted)

    def _on_training(self, now, context):
        news = SimpleNamespace(**{name: getattr(now.contents, name) for name, _ in now.contents._fields_})
        wanted, time = self.wishes["trials"], 60 if self.wishes["time"] is None else self.wishes["time"]
        news.share = min(1.0, news.trials / wanted if wanted else news.seconds / time)
        return self.news(news)


def _spreads(found, names=None):
    mean, deviation, figures = ctypes.c_double(), ctypes.c_double(), {}
    for name in names or metric_names():
        if lib.mlp_cross_validation_figure(ctypes.byref(found), name, ctypes.byref(mean), ctypes.byref(deviation)):
            figures[name.decode()] = Spread(mean.value, deviation.value)
    return figures


def _outlooks(found):
    outlook = Outlook()
    for name in metric_names():
        if lib.mlp_learning_curve_outlook(ctypes.byref(found), name, ctypes.byref(outlook)):
            yield name.decode(), {member: getattr(outlook, member) for member, _ in Outlook._fields_}


def _options_of(trial):
    pairs = zip(trial.names[:trial.count], trial.values[:trial.count])
    return {name.decode().replace("-", "_"): _number(value.decode()) for name, value in pairs}


def _number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _dimension(name, values):
    """A dimension as the library's text: a pair of numbers becomes a range, a list its
    alternatives."""
    if isinstance(values, str):
        return values
    if isinstance(values, tuple) and len(values) == 2 and all(isinstance(end, (int, float)) for end in values):
        return f"{values[0]}..{values[1]}"
    if isinstance(values, (list, tuple)) and values:
        return "|".join(",".join(map(str, one)) if isinstance(one, (list, tuple)) else str(one) for one in values)
    raise ArgumentError(f"search: {name} is a pair (lowest, highest), a list of alternatives, or a text")
