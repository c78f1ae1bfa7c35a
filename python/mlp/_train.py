# SPDX-License-Identifier: MIT
"""Training."""
import _thread
import ctypes
import json
import math
import numbers
import os
import threading
from types import SimpleNamespace

from ._errors import ArgumentError, in_python
from ._library import ON_NOTICE, ON_PROGRESS, call, lib, made_by
from ._model import Model
from ._tables import table_of

Progress = SimpleNamespace  # epoch, epochs, seconds, training_loss, validation_loss, network, networks, ... of one epoch


def options():
    """The options of training: name, default and what each does, as a dict."""
    found, i = {}, 0
    while (info := lib.mlp_train_option_describe(i)):
        one, i = info.contents, i + 1
        usual = one.usual or one.initial
        found[one.name.decode().replace("-", "_")] = (usual.decode(), in_python(one.help.decode()))
    return found


def train(data, target=None, validation=None, *, initial=None, progress=None, notice=None, **settings):
    """Trains a model on a table: a path, a data frame, a dict of columns, an array (whose columns are x1, x2, ...).

    target       the column to predict, or several names in regression
    validation   another table that judges training, or the part of the rows of `data` that does: 0.2; else they are set
                 aside, or folded, as is best
    initial      a Model to go on from
    progress     called with each epoch's Progress; training stops where it returns False
    notice       called with each sentence that training says; they are in `notices` of the model, too
    settings     the options of `mlp train`, with underscores: quality="best", time=60, hidden=[64, 32], learning_rate=0.01

    Ctrl-C stops, and keeps the best so far. Errors are MlpError."""
    if target is not None:
        settings["target"] = [target] if isinstance(target, str) else list(target)
    if initial is not None and not isinstance(initial, Model):
        raise ArgumentError(f"initial is a Model, and no {type(initial).__name__}; mlp.load reads one from its file")
    if isinstance(validation, numbers.Real):
        settings["validation"], validation = validation, None
    table, judging = table_of(data), None if validation is None else table_of(validation)
    return _Training(settings, initial, progress, notice).run(table, judging)


def _plain(name, value):
    """The value of an option as JSON has it: NumPy's numbers are numbers, and numbers in a list are a text, "64,32"."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, (list, tuple)):
        items = [_plain(name, item) for item in value]
        figures = items and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in items)
        return ",".join(str(item) for item in items) if figures else items
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # which JSON has no numbers for
    if not isinstance(value, (str, int, float)):
        raise ArgumentError(f"{name}: a text, a number, True or False, or a list of texts or numbers sets an option, and no "
                            f"{type(value).__name__}")
    return value


class _Training:
    """Runs in a thread of its own, so that Ctrl-C reaches the one that waits."""

    def __init__(self, settings, initial, progress, notice):
        self.progress, self.notice, self.notices = progress, notice, []
        self.stop, self.handle, self.failure = ctypes.c_int(0), None, None
        self.done = threading.Event()
        self.options = made_by("mlp_train_options_create")
        self.initial = initial  # outlives the options
        self.functions = (ON_PROGRESS(self._on_progress) if progress else None, ON_NOTICE(self._on_notice))
        try:
            given = {name.replace("_", "-"): _plain(name, value) for name, value in settings.items()
                     if value is not None}
            call("mlp_train_options_from_json", self.options, json.dumps(given).encode())
        except BaseException:
            lib.mlp_train_options_free(self.options)
            raise
        if initial is not None:
            lib.mlp_train_options_set_initial(self.options, initial._handle)
        lib.mlp_train_options_set_stop(self.options, ctypes.byref(self.stop))
        on_progress, on_notice = (ctypes.cast(f, ctypes.c_void_p) if f else None for f in self.functions)
        lib.mlp_train_options_listen(self.options, on_progress, on_notice, None, None)

    def _on_progress(self, now, context):
        try:
            news = Progress(**{name: getattr(now.contents, name) for name, _ in now.contents._fields_})
            return self.progress(news) is not False
        except BaseException as failure:
            self.failure = failure
            return False

    def _on_notice(self, sentence, context):
        try:
            self.notices.append(in_python(sentence.decode("utf-8", "replace")))
            if self.notice:
                self.notice(self.notices[-1])
        except BaseException as failure:
            self.failure = failure

    def _work(self, table, judging):
        try:
            self._train(table, judging)
        except BaseException as failure:
            self.failure = self.failure or failure
        finally:
            self.done.set()

    def _train(self, table, judging):
        model = ctypes.c_void_p()
        call("mlp_train", table.handle, judging.handle if judging else None, self.options, ctypes.byref(model), None)
        self.handle = model.value

    def run(self, table, judging):
        _thread.start_new_thread(self._work, (table, judging))  # which waits for nothing that Ctrl-C could break
        while True:
            try:
                while not self.done.wait(0.1):
                    continue
                break
            except KeyboardInterrupt:
                self.stop.value = 1
        lib.mlp_train_options_free(self.options)
        model = Model(self.handle, self.notices) if self.handle else None
        if self.failure is not None:
            raise self.failure
        return model
