# SPDX-License-Identifier: MIT
"""Training."""
import contextlib
import ctypes
import numbers

import numpy as np

from ._errors import ArgumentError
from ._jobs import Job
from ._library import call, lib
from ._model import Model
from ._options import target_names
from ._tables import table_beside, table_of


def train(data, target=None, validation=None, *, initial=None, progress=None, notice=None, ranks=None, **settings):
    """Trains a model on a table: a path, a data frame, a dict of columns, or an array (whose
    columns are x1, x2, ...).

    target       the column to predict, or for regression several columns
    validation   another table that validates training, or the share of the rows of `data` that
                 does, such as 0.2; default: rows are set aside, or folds made, as suits the data
    initial      a Model to continue
    progress     called with the Progress of each epoch; returning False stops training. Or several
                 such functions, or True for ProgressBar(), a bar in terminals and notebooks
    notice       called with each notice of training, a sentence; the model's `notices` holds all
    ranks        Ranks: this process is one of several that train one network together, with the
                 same data and settings; the ranks also read a file together
    settings     the options of `mlp train`, with underscores: quality="best", time=60,
                 hidden=[64, 32], learning_rate=0.01

    Ctrl-C stops training and keeps the best result so far. Errors are MlpError."""
    if target is not None:
        settings["target"] = target_names(target)
    if initial is not None and not isinstance(initial, Model):
        raise ArgumentError(f"initial is a Model, and not a {type(initial).__name__}; mlp.load reads one from its file")
    if isinstance(validation, numbers.Real):
        settings["validation"], validation = validation, None
    table = table_of(data) if ranks is None else ranks._table_of(data)
    if validation is not None:
        validation = table_beside(validation, table) if ranks is None else ranks._table_of(validation)
    return Training(table, validation, settings, initial, progress, notice, ranks).run()


class Training(Job):
    """The training of a model on a Table, validated on the Table `validating` unless that is None."""

    def __init__(self, table, validating, settings, initial=None, progress=None, notice=None, ranks=None):
        super().__init__(settings, progress, notice)
        self.table, self.validating, self.initial, self.ranks = table, validating, initial, ranks  # these must outlive the options
        if ranks is not None:
            ranks._give(self.options)
        if initial is not None:
            lib.mlp_train_options_set_initial(self.options.handle, initial._handle)

    def work(self):
        made = ctypes.c_void_p()
        with contextlib.nullcontext() if self.ranks is None else self.ranks._own_failure():
            self.train(made)
        return Model(made.value, self.notices)

    def train(self, made):
        call("mlp_train", self.table.handle, self.validating and self.validating.handle, self.options.handle, ctypes.byref(made),
             None, given=self.options.given)


class Steps(Training):
    """A training run that starts from the state of the update rule after an earlier run, kept in a
    Memory."""

    def __init__(self, memory, *arguments):
        super().__init__(*arguments)
        self.memory = memory

    def work(self):
        trainer, made = ctypes.c_void_p(), ctypes.c_void_p()
        call("mlp_trainer_create", self.table.handle, self.validating and self.validating.handle, self.options.handle,
             ctypes.byref(trainer), given=self.options.given)
        try:
            self.memory.give(trainer)
            while lib.mlp_trainer_step(trainer, None):
                continue
            self.memory.take(trainer)
            call("mlp_trainer_model", trainer, ctypes.byref(made), None)
        finally:
            lib.mlp_trainer_free(trainer)
        return Model(made.value, self.notices)


class Memory:
    """The state of an update rule: its moments, and the number of its steps."""

    def __init__(self):
        self.moments, self.steps = None, 0

    def give(self, trainer):
        size = lib.mlp_trainer_moments_size(trainer)
        if self.steps and len(self.moments) == size and np.isfinite(self.moments).all():
            call("mlp_trainer_set_moments", trainer, self.moments.ctypes.data, self.steps)

    def take(self, trainer):
        self.moments = np.empty(lib.mlp_trainer_moments_size(trainer), dtype=np.float32)
        self.steps = lib.mlp_trainer_moments(trainer, self.moments.ctypes.data)
