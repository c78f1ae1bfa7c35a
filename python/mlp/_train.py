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
    """Trains a model on a table: a path, a data frame, a dict of columns, an array (whose columns are x1, x2, ...).

    target       the column to predict, or several names in regression
    validation   another table that validates training, or the part of the rows of `data` that does: 0.2; else they are set
                 aside, or folded, as is best
    initial      a Model to continue
    progress     called with each epoch's Progress; training stops where it returns False. Or several such functions; or
                 True: a bar in terminals and notebooks, ProgressBar()
    notice       called with each sentence that training says; they are in `notices` of the model, too
    ranks        Ranks: this process is one of several that train one network together, by the same data and settings; a path
                 is read together, too
    settings     the options of `mlp train`, with underscores: quality="best", time=60, hidden=[64, 32], learning_rate=0.01

    Ctrl-C stops, and keeps the best so far. Errors are MlpError."""
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
    """Of a Table, validated by another one, or None."""

    def __init__(self, table, validating, settings, initial=None, progress=None, notice=None, ranks=None):
        super().__init__(settings, progress, notice)
        self.table, self.validating, self.initial, self.ranks = table, validating, initial, ranks  # which outlive the options
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
    """A training by steps that goes on with what those before it gathered, which `memory` keeps: a Memory."""

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
    """What an update rule has gathered, and in how many steps."""

    def __init__(self):
        self.moments, self.steps = None, 0

    def give(self, trainer):
        size = lib.mlp_trainer_moments_size(trainer)
        if self.steps and len(self.moments) == size and np.isfinite(self.moments).all():
            call("mlp_trainer_set_moments", trainer, self.moments.ctypes.data, self.steps)

    def take(self, trainer):
        self.moments = np.empty(lib.mlp_trainer_moments_size(trainer), dtype=np.float32)
        self.steps = lib.mlp_trainer_moments(trainer, self.moments.ctypes.data)
