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

# A small network has them from the model that it learns from, from shrink, or not at all.
DECIDED = ("target", "task", "hidden", "quality", "initial", "members", "folds", "schema", "drop", "numeric", "categorical",
           "threshold", "calibration", "memory", "checkpoint", "resume")


@dataclass(frozen=True)
class Size:
    """What a network takes, and how good it is on the rows held out."""
    hidden: str  # "": several networks
    parameters: int
    operations: int  # multiply-adds of a prediction
    flash: int  # bytes as C; None where C cannot carry it
    figure: float  # NaN: it was not trained to its end
    holds: bool  # all that is required


@dataclass(frozen=True, repr=False)
class Shrinking:
    """`model` is the small one; where no network holds what is required, the best, and `chosen.holds` is False."""
    model: Model
    figure: str  # what sizes are compared by
    sizes: list = field(repr=False)  # all that were tried, by their parameters
    chosen: Size
    teacher: Size  # the model that was given
    rows: dict  # training, mixed, held_out
    held_out_known: bool  # the model that was given saw rows that are held out
    interrupted: bool

    def __repr__(self):
        bytes_of_c = "" if self.chosen.flash is None else f", {self.chosen.flash} bytes of C"
        return (f"<mlp.Shrinking of {len(self.sizes)} sizes: hidden {self.chosen.hidden}, {self.chosen.parameters} parameters"
                f"{bytes_of_c}; {self.figure} {self.chosen.figure:.4g} (the model: {self.teacher.figure:.4g})>")


def shrink(model, data, validation=None, *, max_flash=None, max_parameters=None, max_operations=None, max_columns=None,
           require=None, integer=None, teaching=None, mixed=None, progress=None, notice=None, **settings):
    """Teaches small networks what a model answers, and keeps the best within the bounds, or the smallest that is good enough.
    Gives a Shrinking, whose `model` it is.

    data             the table that teaches, with the columns and targets of the model
    validation       another table that is held out, or the part of the rows of `data` that does; else the rows that validated the
                     model
    max_flash        most bytes of code and constants as C: 8192, or "8K"
    max_parameters   most parameters
    max_operations   most multiply-adds of a prediction
    max_columns      most columns that are inputs: those that are needed least are left out
    require          {"accuracy": 0.96, "recall(fraud)": 0.8}: the smallest network that holds all of them on rows held out
    integer          8 or 16: bytes and metrics are those of C in integers of so many bits
    teaching         share of the model's answers in what is learnt, the rest are targets; 0.7
    mixed            rows that are made of two others, for the model to answer, for each row of data; 2
    settings         of mlp.train: activation="relu", epochs=100, restarts=3, seed=1, time=60, ...

    Ctrl-C ends it with the best so far. docs/shrink.md tells what is tried."""
    if not isinstance(model, Model):
        raise ArgumentError(f"model is a Model, and not a {type(model).__name__}; mlp.load reads one from its file")
    for name in DECIDED:
        if name in settings:
            raise ArgumentError(f"{name}= is not a setting of shrink: the small network has that from the model, or not at all")
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
