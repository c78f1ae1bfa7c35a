# SPDX-License-Identifier: MIT
"""A trained model: its properties, file, predictions, evaluation, pictures and exports."""
import ctypes
import html
import json
import os
import weakref

import numpy as np

from ._errors import ArgumentError, DataError, OutputError, reading
from ._library import NO_LABEL, Importance, Predictions, Stream, call, metrics_of, free, lib, made_by
from ._plot import plot
from ._tables import Table, table_of

EVALUATION_BYTES = 4096  # mlp_evaluation is smaller than this in the present version of the library


class Model:
    """A trained model. It is read-only except for looked_for, and any number of threads may predict
    with it. Pickles and copies are made from the bytes of its file."""

    def __init__(self, handle, notices=()):
        self._handle = handle
        self._end = weakref.finalize(self, lib.mlp_model_free, handle)
        self.notices = list(notices)  # the sentences that training passed to `notice`

    # --- properties ---

    @property
    def task(self):
        return {1: "classification", 2: "regression"}[lib.mlp_model_task(self._handle)]

    @property
    def labels(self):
        """The labels of classification, in the order of the probabilities; [] for regression."""
        return labels_of(self._handle)

    @property
    def looked_for(self):
        """Of two labels, the one that metrics, pictures and thresholds are about: the option
        `label` of train, else the second label. None: the model does not have two labels. Setting
        it does not change predictions."""
        labels = self.labels
        return labels[lib.mlp_model_looked_for(self._handle)] if len(labels) == 2 else None

    @looked_for.setter
    def looked_for(self, label):
        call("mlp_model_look_for", self._handle, str(label).encode())

    @property
    def targets(self):
        return [lib.mlp_model_target(self._handle, k).decode() for k in range(lib.mlp_model_target_count(self._handle))]

    @property
    def columns(self):
        """The input columns that data must have; other columns are ignored."""
        return [lib.mlp_model_column(self._handle, c).decode() for c in range(lib.mlp_model_column_count(self._handle))]

    @property
    def networks(self):
        return lib.mlp_model_member_count(self._handle)

    @property
    def parameters(self):
        return lib.mlp_model_parameter_count(self._handle)

    @property
    def metadata(self):
        """Everything that the file holds about columns, scaling, labels and training, as a dict."""
        return json.loads(lib.mlp_model_metadata(self._handle))

    def __repr__(self):
        return (f"<mlp.Model: {self.task} of {', '.join(self.targets)} by {len(self.columns)} columns, "
                f"{self.networks} network{'s' if self.networks > 1 else ''}>")

    def _repr_html_(self):
        figures = self.metadata["training"]
        rows = {"task": self.task, "predicts": ", ".join(self.targets), "labels": ", ".join(self.labels),
                "from": ", ".join(self.columns), "networks": self.networks, "parameters": f"{self.parameters:,}",
                "rows of training": f"{figures['rows_training']:,}", "loss": _figure(figures, "loss"),
                "accuracy" if self.labels else "RMSE": _figure(figures, "metric")}
        return ("<table><caption><b>mlp.Model</b></caption>"
                + "".join(f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
                          f"<td style='text-align:left'>{html.escape(str(value))}</td></tr>"
                          for name, value in rows.items() if value not in ("", None)) + "</table>")

    # --- file ---

    def save(self, path, overwrite=False):
        """Writes the model to a file, completely or not at all. An existing file is an error unless
        `overwrite` is set."""
        call("mlp_model_save", self._handle, os.fsencode(path), overwrite)

    def to_bytes(self):
        memory, size = ctypes.c_void_p(), ctypes.c_size_t()
        call("mlp_model_save_memory", self._handle, ctypes.byref(memory), ctypes.byref(size))
        try:
            return ctypes.string_at(memory, size.value)
        finally:
            free(memory)

    @classmethod
    def from_bytes(cls, data, name="model"):
        return cls(made_by("mlp_model_load_memory", data, len(data), name.encode()))

    def __reduce__(self):
        return Model.from_bytes, (self.to_bytes(),)

    # --- predictions and evaluation ---

    def predict(self, data, threads=0):
        """The label, or the value, of each row; with several targets an array of rows x targets. A
        prediction is None, or NaN, where the numbers of a network overflow."""
        values, label = self._predict(data, threads)
        return predictions_of(values, label, self.labels)

    def predict_proba(self, data, threads=0):
        """The probabilities of the labels, an array of rows x labels."""
        if self.task == "regression":
            raise DataError("a model of numbers has no probabilities; use predict, or predict_interval")
        return self._predict(data, threads)[0]

    def predict_interval(self, data, coverage=0.9, threads=0):
        """Two arrays of lower and upper bounds: in a share `coverage` of new rows, the true value
        lies between them. Needs a model trained with folds, as it is by default."""
        if self.task != "regression":
            raise DataError("a model of labels has no intervals; predict_set gives sets of labels")
        targets = len(self.targets)

        def ends(conformal, predictions):
            lower, upper = np.empty((2, predictions.rows, targets))
            lib.mlp_conformal_intervals(conformal, ctypes.byref(predictions), lower.ctypes.data, upper.ctypes.data)
            return (lower[:, 0], upper[:, 0]) if targets == 1 else (lower, upper)
        return self._conformal(data, coverage, threads, ends)

    def predict_set(self, data, coverage=0.9, threads=0):
        """Whether each label is in the set of a row, an array of rows x labels: in a share
        `coverage` of new rows, the set contains the true label. Needs a model trained with folds,
        as it is by default."""
        if self.task == "regression":
            raise DataError("a model of numbers has no sets of labels; predict_interval gives intervals")

        def sets(conformal, predictions):
            holds = np.empty((predictions.rows, len(self.labels)), dtype=bool)
            lib.mlp_conformal_sets(conformal, ctypes.byref(predictions), holds.ctypes.data)
            return holds
        return self._conformal(data, coverage, threads, sets)

    def evaluate(self, data, threads=0):
        """The metrics on rows whose answers are known: a dict by name."""
        table = self._table(data)
        evaluation = ctypes.create_string_buffer(EVALUATION_BYTES)
        call("mlp_evaluate", self._handle, table.handle, threads, evaluation)
        try:
            return dict(metrics_of(evaluation))
        finally:
            lib.mlp_evaluation_release(evaluation)

    def importance(self, data, target=None):
        """How much worse the log loss, or the RMSE, gets when a column is shuffled: a dict by
        column, with the largest first.

        With several targets, the RMSE is the mean over them, or that of `target`."""
        table, found = self._table(data), Importance()
        options = made_by("mlp_importance_options_create")
        try:
            if target is not None:
                call("mlp_importance_options_set", options, b"target", target.encode())
            call("mlp_model_importance", self._handle, table.handle, options, ctypes.byref(found))
            pairs = [(name, found.columns[c].mean) for c, name in enumerate(self.columns)]
        finally:
            lib.mlp_importance_release(ctypes.byref(found))
            lib.mlp_importance_options_free(options)
        return dict(sorted(pairs, key=lambda pair: -pair[1]))

    # --- pictures, reports and exports ---

    def plot(self, kind, data=None, **wishes):
        """Makes a Figure: "boundary", "confusion", "calibration", "residuals", "importance", ...
        (docs/plots.md). gnuplot draws it, or matplotlib: see Figure.

        wishes    x, y, label, title"""
        return plot(kind, self._handle, None if data is None else self._table(data), wishes)

    def report(self, data, path, overwrite=False):
        """Writes an HTML page that shows how good the model is on data whose answers are known."""
        table = self._table(data)
        with Stream() as page:
            call("mlp_report_write", self._handle, table.handle, None, page.pointer)
        _write(path, page.bytes, overwrite)

    def export(self, path, data=None, overwrite=False, matrix=False, **options):
        """Writes the model in the form that the extension of `path` selects:

        NAME.onnx    ONNX with an input for each column, or with `matrix`, if all columns are
                     numeric, one input "x" for all of them
        NAME.c       C, with the header NAME.h; it can test itself on rows of `data`
        NAME.js      JavaScript; it can test itself on rows of `data`
        NAME.mjs     the same as an ES module
        NAME.html    a page with a form, which initially shows a row of `data`

        Options: `coverage` of the intervals or sets of labels; for ONNX weights="float16", which
        halves the file; for C math="own", which needs no C library, and integer=8 or 16: networks
        in integers with weights of 8 or 16 bits, whose ranges are taken from rows of `data`."""
        name, ending = os.path.splitext(os.fspath(path))
        web = ("coverage",)
        known = {".onnx": ("coverage", "weights"), ".c": ("coverage", "math", "integer"), ".js": web, ".mjs": web, ".html": web}
        if ending not in known:
            raise ArgumentError(f"{path}: a model is exported to a name that ends in .c, .onnx, .js, .mjs or .html")
        if matrix and ending != ".onnx":
            raise ArgumentError("matrix= is for a model as ONNX")
        if data is not None and ending == ".onnx":
            raise ArgumentError("data= is for models that test themselves, and has no effect on ONNX; leave it out")
        for option, value in options.items():
            if option not in known[".c"] + known[".onnx"]:
                raise ArgumentError(f"{option}= is not an option of export, which takes {', '.join(known['.c'])} and weights")
            if option not in known[ending]:
                as_what = {".c": "C", ".onnx": "ONNX"}.get(ending, "JavaScript")
                meant = "ONNX" if option == "weights" else "C"
                raise ArgumentError(f"{option}= is for a model as {meant}, and has no effect on {as_what}")
            if isinstance(value, bool):
                raise ArgumentError(f"{option}={value}: a number or a text is wanted")
        options.update({"module": "yes"} if ending == ".mjs" else {}, **({"matrix": "yes"} if matrix else {}))
        table, settings = None if data is None else self._table(data), made_by("mlp_export_options_create")
        try:
            for option, value in options.items():
                call("mlp_export_options_set", settings, option.encode(), str(value).encode())
            arguments = (table.handle if table else None, settings)
            if ending == ".c":
                return self._export_c(path, name, arguments, overwrite)
            with Stream() as file:
                if ending == ".onnx":
                    call("mlp_export_onnx_with", self._handle, settings, file.pointer)
                else:
                    function = "mlp_export_html" if ending == ".html" else "mlp_export_javascript"
                    call(function, self._handle, *arguments, file.pointer)
            return _write(path, file.bytes, overwrite)
        finally:
            lib.mlp_export_options_free(settings)

    def _export_c(self, path, name, arguments, overwrite):
        header_path = name + ".h"
        for each in (path, header_path):  # if one exists, neither is written
            if not overwrite and os.path.lexists(each):
                raise OutputError(f"{each} exists; overwrite=True replaces it")
        call("mlp_export_options_set", arguments[1], b"name", os.fsencode(os.path.basename(name)))
        with Stream() as source, Stream() as header:
            call("mlp_export_c", self._handle, *arguments, source.pointer, header.pointer, None)
        _write(header_path, header.bytes, overwrite)
        return _write(path, source.bytes, overwrite)

    # --- internals ---

    def _table(self, data):
        return table_of(data, model=self._handle)

    def _session(self, threads):
        session = made_by("mlp_session_create", self._handle, threads)
        return session

    def _predict(self, data, threads):
        """The values, rows x width, and each row's label number (regression: None)."""
        matrix = self._as_values(data)
        if matrix is not None:
            return self._predict_values(matrix, threads)
        return self._with_predictions(data, threads, arrays_of)

    def _as_values(self, data):
        """The rows as a matrix that the library reads directly, its columns in the order of the
        model's columns. None: the data must be converted to a table."""
        if not isinstance(data, np.ndarray) or data.ndim != 2 or data.dtype != np.float64 or not len(data):
            return None
        kinds = {lib.mlp_model_column_kind(self._handle, c) for c in range(lib.mlp_model_column_count(self._handle))}
        names = [f"x{c + 1}" for c in range(data.shape[1])]
        if kinds != {b"numeric"} or not set(self.columns) <= set(names):
            return None
        if not np.isfinite(data.sum()) and np.isinf(data).any():  # the sum is quick, and usually finite
            return None  # as a table, the data are refused with a message
        place = [names.index(name) for name in self.columns]
        return np.ascontiguousarray(data if place == list(range(data.shape[1])) else data[:, place])

    def _predict_values(self, matrix, threads):
        width = lib.mlp_model_width(self._handle)
        values = np.empty((len(matrix), width))
        label = np.empty(len(matrix), dtype=np.uintp) if self.task == "classification" else None
        session = self._session(threads)
        try:
            call("mlp_session_predict_values", session, matrix.ctypes.data, len(matrix), matrix.shape[1],
                 values.ctypes.data, label.ctypes.data if label is not None else None)
        finally:
            lib.mlp_session_free(session)
        return values, label

    def _with_predictions(self, data, threads, use):
        table = self._table(data)
        predictions = Predictions()
        session = self._session(threads)
        try:
            call("mlp_session_predict", session, table.handle, ctypes.byref(predictions))
            return use(predictions)
        finally:
            lib.mlp_predictions_release(ctypes.byref(predictions))
            lib.mlp_session_free(session)

    def _conformal(self, data, coverage, threads, use):
        conformal = made_by("mlp_conformal_create", self._handle, coverage)
        try:
            return self._with_predictions(data, threads, lambda p: use(conformal, p))
        finally:
            lib.mlp_conformal_free(conformal)


def _figure(figures, name):
    """The metric `name` of the training and of the validation rows, where it exists, as text."""
    parts = [(part, figures.get(f"{part}_{name}")) for part in ("training", "validation")]
    return ", ".join(f"{value:.4g} on rows of {part}" for part, value in parts if value is not None)


def labels_of(handle):
    return [lib.mlp_model_label(handle, k).decode() for k in range(lib.mlp_model_label_count(handle))]


def arrays_of(predictions):
    """Copies of the values, rows x width, and of each row's label number (regression: None)."""
    p = predictions
    return (np.ctypeslib.as_array(p.values, (p.rows, p.width)).copy(),
            np.ctypeslib.as_array(p.label, (p.rows,)).copy() if p.label else None)


def predictions_of(values, label, labels):
    """The label, or the value, of each row; with several targets an array of rows x targets."""
    if label is None:
        return values[:, 0] if values.shape[1] == 1 else values
    names = np.array([*labels, None], dtype=object)
    return names[np.where(label == NO_LABEL, len(labels), label)]


def _write(path, data, overwrite):
    try:
        with open(path, "wb" if overwrite else "xb") as file:
            file.write(data)
    except FileExistsError:
        raise OutputError(f"{path} exists; overwrite=True replaces it") from None
    except OSError as failure:
        raise OutputError(f"{path} cannot be written: {failure.strerror}") from failure


def load(path):
    """Reads a model from a file, and checks that the file is consistent."""
    with reading(path):
        return Model(made_by("mlp_model_load", os.fsencode(path)))


def import_onnx(path, columns=None, target=None, label_names=None, task="auto"):
    """Makes a Model from a multilayer perceptron that scikit-learn, PyTorch or Keras exported as
    ONNX (docs/import.md).

    columns        names of the inputs, in their order
    target         name of the target, or names of several
    label_names    names of the labels, in their order
    task           "classification": turns logits into probabilities"""
    options = made_by("mlp_import_options_create")
    try:
        call("mlp_import_options_set", options, b"task", task.encode())
        for name, texts in (("columns", columns), ("target", target), ("label-names", label_names)):
            for text in [texts] if isinstance(texts, str) else texts or ():
                call("mlp_import_options_add", options, name.encode(), str(text).encode())
        return Model(made_by("mlp_import_onnx", os.fsencode(path), options))
    finally:
        lib.mlp_import_options_free(options)
