# SPDX-License-Identifier: MIT
"""Making a model small."""
import ctypes
import numbers
from dataclasses import dataclass, field

from ._errors import ArgumentError
from ._jobs import Job
from ._library import ShrinkReport, call, lib, made_by
from ._model import Model
from ._tables import table_of

# Options that are not settings of shrink: the model or shrink itself decides them, or they cannot
# apply.
DECIDED = ("target", "task", "hidden", "quality", "initial", "members", "folds", "schema", "drop", "numeric", "categorical",
           "threshold", "calibration", "memory", "checkpoint", "resume")


@dataclass(frozen=True)
class Size:
    """The size of a network, and how good it is on the rows held out."""
    hidden: str  # as the option of training; "": several networks
    parameters: int
    operations: int  # multiply-adds of a prediction
    flash: int  # bytes as C; None: the network cannot be exported as C
    figure: float  # the metric; NaN: training diverged, or did not take place
    holds: bool  # whether it meets all requirements


@dataclass(frozen=True, repr=False)
class Shrinking:
    """`model` is the small network. If no network meets the requirements, `model` is the best one,
    and `chosen.holds` is False."""
    model: Model
    figure: str  # name of the metric that compares the sizes
    sizes: list = field(repr=False)  # all sizes that were tried, by number of parameters
    chosen: Size
    teacher: Size  # that of the model that was given
    rows: dict  # numbers of rows: training, mixed, held_out
    held_out_known: bool  # whether the model that was given was trained on rows that are held out
    interrupted: bool

    def __repr__(self):
        bytes_of_c = "" if self.chosen.flash is None else f", {self.chosen.flash} bytes of C"
        return (f"<mlp.Shrinking of {len(self.sizes)} sizes: hidden {self.chosen.hidden}, {self.chosen.parameters} parameters"
                f"{bytes_of_c}; {self.figure} {self.chosen.figure:.4g} (the model: {self.teacher.figure:.4g})>")


def shrink(model, data, validation=None, *, max_flash=None, max_parameters=None, max_operations=None, max_columns=None,
           require=None, integer=None, teaching=None, mixed=None, progress=None, notice=None, **settings):
    """Trains small networks on a model's predictions, and keeps the best one within the bounds, or
    the smallest one that meets the requirements. Returns a Shrinking, whose `model` is this
    network.

    data             the table to learn from, with the columns and targets of the model
    validation       another table to hold out, or the share of the rows of `data` to hold out;
                     default: the rows that validated the model
    max_flash        most bytes of code and constants as C: 8192, or "8K"
    max_parameters   most parameters
    max_operations   most multiply-adds of a prediction
    max_columns      most input columns: the columns that are needed least are left out
    require          {"accuracy": 0.96, "recall(fraud)": 0.8}: keeps the smallest network that is at
                     least as good by all these metrics on the rows held out
    integer          8 or 16: bytes and metrics are those of C with integer weights of 8 or 16 bits
    teaching         share of the model's predictions in what is learnt; the targets are the rest;
                     default 0.7
    mixed            number of rows that are made from two others, and whose targets the model
                     predicts, for each row of `data`; default 2
    settings         of mlp.train: activation="relu", epochs=100, restarts=3, seed=1, time=60, ...

    Ctrl-C ends the search with the best network so far. docs/shrink.md states which networks are
    tried."""
    if not isinstance(model, Model):
        raise ArgumentError(f"model is a Model, and not a {type(model).__name__}; mlp.load reads one from its file")
    for name in DECIDED:
        if name in settings:
            raise ArgumentError(f"{name}= is not a setting of shrink: the small network takes that from the model, or does without")
    if isinstance(validation, numbers.Real):
        settings["validation"], validation = validation, None
    bounds = {"max-flash": max_flash, "max-parameters": max_parameters, "max-operations": max_operations,
              "max-columns": max_columns, "integer": integer, "teaching": teaching, "mixed": mixed}
    return _Shrinking(model, data, validation, bounds, _required(require), settings, progress, notice).run()


def _required(require):
    if require is None or isinstance(require, str):
        return [require] if require else []
    return [f"{name}={value}" for name, value in require.items()] if hasattr(require, "items") else list(require)


class _Shrinking(Job):
    def __init__(self, model, data, validation, bounds, required, settings, progress, notice):
        super().__init__(settings, progress, notice)
        self.teacher, self.bounds, self.required = model, bounds, required
        self.table, self.validating = table_of(data), None if validation is None else table_of(validation)

    def work(self):
        handle, made, found = made_by("mlp_shrink_options_create"), ctypes.c_void_p(), ShrinkReport()
        try:
            for name, value in self.bounds.items():
                if value is not None:
                    call("mlp_shrink_options_set", handle, name.encode(), str(value).encode())
            for text in self.required:
                call("mlp_shrink_options_add", handle, b"require", text.encode())
            call("mlp_shrink", self.teacher._handle, self.table.handle, self.validating and self.validating.handle,
                 self.options.handle, handle, ctypes.byref(made), ctypes.byref(found), given=self.options.given)
        finally:
            lib.mlp_shrink_options_free(handle)
        try:
            return self._told(Model(made.value, self.notices), found)
        finally:
            lib.mlp_shrink_report_release(ctypes.byref(found))

    @staticmethod
    def _told(model, found):
        sizes = [_size(one) for one in found.students[:found.student_count]]
        rows = {"training": found.rows_training, "mixed": found.rows_made, "held_out": found.rows_held_out}
        return Shrinking(model, found.figure.decode(), sizes, sizes[found.chosen], _size(found.teacher), rows,
                         found.teacher_saw, found.interrupted)


def _size(one):
    return Size(one.hidden.decode(), one.parameters, one.operations, one.flash or None, one.figure, one.holds)
