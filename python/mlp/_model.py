# SPDX-License-Identifier: MIT
"""A trained model: prediction, evaluation, and its file."""
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

EVALUATION_BYTES = 4096  # more than mlp_evaluation has in this version of the library


class Model:
    """Read-only, except for looked_for; any number of threads may predict with one. Pickles and copies go through the bytes of its file."""

    def __init__(self, handle, notices=()):
        self._handle = handle
        self._end = weakref.finalize(self, lib.mlp_model_free, handle)
        self.notices = list(notices)  # what training said, in sentences

    # --- what it is ---

    @property
    def task(self):
        return {1: "classification", 2: "regression"}[lib.mlp_model_task(self._handle)]

    @property
    def labels(self):
        """Of classification, in the order of the probabilities."""
        return labels_of(self._handle)

    @property
    def looked_for(self):
        """Of two labels the one that metrics, pictures and thresholds begin with: the option label of train, else the
        second. None: there are not two. Another can be set; predictions stay as they are."""
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
        """The input columns that data must have; others are not looked at."""
        return [lib.mlp_model_column(self._handle, c).decode() for c in range(lib.mlp_model_column_count(self._handle))]

    @property
    def networks(self):
        return lib.mlp_model_member_count(self._handle)

    @property
    def parameters(self):
        return lib.mlp_model_parameter_count(self._handle)

    @property
    def metadata(self):
        """Everything that the file tells of columns, scaling, labels and training, as a dict."""
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

    # --- its file ---

    def save(self, path, overwrite=False):
        """Whole, or not at all."""
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

    # --- what it answers ---

    def predict(self, data, threads=0):
        """A label, or a value, of each row; of several targets rows x targets. NaN, or None, where the numbers of a
        network overflow."""
        values, label = self._predict(data, threads)
        return predictions_of(values, label, self.labels)

    def predict_proba(self, data, threads=0):
        """Rows x labels."""
        if self.task == "regression":
            raise DataError("a model of numbers has no probabilities; use predict, or predict_interval")
        return self._predict(data, threads)[0]

    def predict_interval(self, data, coverage=0.9, threads=0):
        """Lower and upper bounds that hold the truth of new rows in a share `coverage` of them: two arrays. Needs a model of
        folds, which training makes by default."""
        if self.task != "regression":
            raise DataError("a model of labels has no intervals; predict_set gives sets of labels")
        targets = len(self.targets)

        def ends(conformal, predictions):
            lower, upper = np.empty((2, predictions.rows, targets))
            lib.mlp_conformal_intervals(conformal, ctypes.byref(predictions), lower.ctypes.data, upper.ctypes.data)
            return (lower[:, 0], upper[:, 0]) if targets == 1 else (lower, upper)
        return self._conformal(data, coverage, threads, ends)

    def predict_set(self, data, coverage=0.9, threads=0):
        """Rows x labels: whether a label is in the set of the row, which holds the truth in a share `coverage`."""
        if self.task == "regression":
            raise DataError("a model of numbers has no sets of labels; predict_interval gives intervals")

        def sets(conformal, predictions):
            holds = np.empty((predictions.rows, len(self.labels)), dtype=bool)
            lib.mlp_conformal_sets(conformal, ctypes.byref(predictions), holds.ctypes.data)
            return holds
        return self._conformal(data, coverage, threads, sets)

    def evaluate(self, data, threads=0):
        """Metrics on rows whose answers are known, by name."""
        table = self._table(data)
        evaluation = ctypes.create_string_buffer(EVALUATION_BYTES)
        call("mlp_evaluate", self._handle, table.handle, threads, evaluation)
        try:
            return dict(metrics_of(evaluation))
        finally:
            lib.mlp_evaluation_release(evaluation)

    def importance(self, data, target=None):
        """By how much the log loss, or the RMSE, gets worse when a column is shuffled: a dict, the largest first.

        Of several targets it is the mean of their RMSE, or the RMSE of the `target` that is named."""
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

    # --- where it goes ---

    def plot(self, kind, data=None, **wishes):
        """A Figure: "boundary", "confusion", "calibration", "residuals", "importance", ... (docs/plots.md). Needs gnuplot.
        wishes: x, y, label, title."""
        return plot(kind, self._handle, None if data is None else self._table(data), wishes)

    def report(self, data, path, overwrite=False):
        """Writes the page that tells how good the model is on data whose truth is known."""
        table = self._table(data)
        with Stream() as page:
            call("mlp_report_write", self._handle, table.handle, None, page.pointer)
        _write(path, page.bytes, overwrite)

    def export(self, path, data=None, overwrite=False, matrix=False, **options):
        """The model as NAME.onnx, with an input for each column, or of numbers alone one `matrix` "x" of all; as NAME.c with
        NAME.h beside it, as NAME.js, or as the module NAME.mjs, which test themselves on rows of `data`; or as a page with
        a form, NAME.html, which begins with one of them.

        Options: `coverage` of intervals or sets of labels; of ONNX `weights="float16"`, of half the bytes; of C `math="own"`,
        and `integer=8` or `16`: networks in integers, of which rows of `data` tell how large numbers become."""
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
        for each in (path, header_path):  # neither is written where one cannot be
            if not overwrite and os.path.lexists(each):
                raise OutputError(f"{each} exists; overwrite=True replaces it")
        call("mlp_export_options_set", arguments[1], b"name", os.fsencode(os.path.basename(name)))
        with Stream() as source, Stream() as header:
            call("mlp_export_c", self._handle, *arguments, source.pointer, header.pointer, None)
        _write(header_path, header.bytes, overwrite)
        return _write(path, source.bytes, overwrite)

    # --- inside ---

    def _table(self, data):
        return table_of(data, model=self._handle)

    def _session(self, threads):
        session = made_by("mlp_session_create", self._handle, threads)
        return session

    def _predict(self, data, threads):
        """Values, rows x width, and numbers of labels."""
        matrix = self._as_values(data)
        if matrix is not None:
            return self._predict_values(matrix, threads)
        return self._with_predictions(data, threads, arrays_of)

    def _as_values(self, data):
        """Rows of numbers that the library takes as they are, in the order of the columns; None where they are not."""
        if not isinstance(data, np.ndarray) or data.ndim != 2 or data.dtype != np.float64 or not len(data):
            return None
        kinds = {lib.mlp_model_column_kind(self._handle, c) for c in range(lib.mlp_model_column_count(self._handle))}
        names = [f"x{c + 1}" for c in range(data.shape[1])]
        if kinds != {b"numeric"} or not set(self.columns) <= set(names):
            return None
        if not np.isfinite(data.sum()) and np.isinf(data).any():  # the sum is quick, and mostly enough
            return None  # a table of it is refused in a sentence
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
    """Of training and validation, those that there are."""
    parts = [(part, figures.get(f"{part}_{name}")) for part in ("training", "validation")]
    return ", ".join(f"{value:.4g} on rows of {part}" for part, value in parts if value is not None)


def labels_of(handle):
    return [lib.mlp_model_label(handle, k).decode() for k in range(lib.mlp_model_label_count(handle))]


def arrays_of(predictions):
    """Values, rows x width, and numbers of labels, or None: copies."""
    p = predictions
    return (np.ctypeslib.as_array(p.values, (p.rows, p.width)).copy(),
            np.ctypeslib.as_array(p.label, (p.rows,)).copy() if p.label else None)


def predictions_of(values, label, labels):
    """A label, or a value, of each row; of several targets rows x targets."""
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
    """The model in a file, which is checked before it is believed."""
    with reading(path):
        return Model(made_by("mlp_model_load", os.fsencode(path)))


def import_onnx(path, columns=None, target=None, label_names=None, task="auto"):
    """A Model made of a multilayer perceptron that scikit-learn, PyTorch or Keras exported as ONNX (docs/import.md).
    columns, target, label_names: a name, or names, of the inputs, of what is predicted, of the labels, in their order;
    task: "classification" makes probabilities of logits."""
    options = made_by("mlp_import_options_create")
    try:
        call("mlp_import_options_set", options, b"task", task.encode())
        for name, texts in (("columns", columns), ("target", target), ("label-names", label_names)):
            for text in [texts] if isinstance(texts, str) else texts or ():
                call("mlp_import_options_add", options, name.encode(), str(text).encode())
        return Model(made_by("mlp_import_onnx", os.fsencode(path), options))
    finally:
        lib.mlp_import_options_free(options)
