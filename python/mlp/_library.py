# SPDX-License-Identifier: MIT
"""The shared library; its functions get the argument and result types that the headers declare."""
import ctypes
import os
from ctypes import POINTER, c_bool, c_char, c_char_p, c_double, c_float, c_int, c_size_t, c_uint64, c_void_p
from pathlib import Path

from ._errors import BY_STATUS, in_python

OK = 0
NO_LABEL = ctypes.c_size_t(-1).value


class Error(ctypes.Structure):
    _fields_ = [("status", c_int), ("line", c_size_t), ("column", c_size_t), ("file", c_char * 256),
                ("message", c_char * 1024)]


class Names(ctypes.Structure):
    _fields_ = [("items", POINTER(c_char_p)), ("count", c_size_t)]


class ReadOptions(ctypes.Structure):
    _fields_ = [("format", c_char_p), ("separator", c_char), ("decimal", c_char), ("decimal_if_unclear", c_char),
                ("no_header", c_bool), ("header", c_bool), ("missing", Names), ("comment", c_char), ("labels", c_char_p),
                ("label_trim", c_char_p), ("encoding", c_char_p), ("encoding_if_unclear", c_char_p), ("query", c_char_p),
                ("further", Names)]


TASKS = {1: "classification", 2: "regression"}


class Predictions(ctypes.Structure):
    _fields_ = [("rows", c_size_t), ("width", c_size_t), ("values", POINTER(c_double)), ("label", POINTER(c_size_t)),
                ("unknown_cells", c_size_t), ("missing_cells", c_size_t), ("unanswered", c_size_t),
                ("first_unanswered", c_size_t)]


class Progress(ctypes.Structure):
    _fields_ = [("epoch", c_size_t), ("epochs", c_size_t), ("seconds", c_double), ("learning_rate", c_double),
                ("training_loss", c_double), ("validation_loss", c_double), ("validation_metric", c_double),
                ("best", c_bool), ("task", c_int), ("rows", c_size_t), ("network", c_size_t), ("networks", c_size_t),
                ("finished", c_size_t)]


class ColumnImportance(ctypes.Structure):
    _fields_ = [("mean", c_double), ("deviation", c_double)]


class Importance(ctypes.Structure):
    _fields_ = [("metric", c_char_p), ("figure", c_double), ("rows", c_size_t), ("repeats", c_size_t),
                ("shuffled", c_size_t), ("count", c_size_t), ("columns", POINTER(ColumnImportance))]


class Evaluation(ctypes.Structure):  # the first members of mlp_evaluation; only pointers to it are used
    _fields_ = [("task", c_int), ("rows", c_size_t)]


class Fold(ctypes.Structure):  # only for the pointer that a callback gets: the last member is incomplete
    _fields_ = [("repeat", c_size_t), ("fold", c_size_t), ("rows_training", c_size_t), ("rows_validation", c_size_t),
                ("epochs", c_size_t), ("count", c_size_t), ("row", POINTER(c_size_t)), ("model", c_void_p),
                ("predicted", Predictions), ("figures", Evaluation)]


class CrossValidationResult(ctypes.Structure):
    _fields_ = [("task", c_int), ("count", c_size_t), ("folds", c_void_p)]


class LearningStep(ctypes.Structure):
    _fields_ = [("share", c_double), ("rows", c_double), ("folds", CrossValidationResult)]


class LearningCurveResult(ctypes.Structure):
    _fields_ = [("task", c_int), ("count", c_size_t), ("steps", POINTER(LearningStep))]


class Outlook(ctypes.Structure):
    _fields_ = [("before", c_double), ("now", c_double), ("gain", c_double), ("error", c_double), ("certain", c_bool),
                ("next", c_double)]


class TuneProgress(ctypes.Structure):
    _fields_ = [("trials", c_size_t), ("trainings", c_size_t), ("seconds", c_double), ("best", c_double),
                ("defaults", c_double)]


class Trial(ctypes.Structure):
    _fields_ = [("number", c_size_t), ("count", c_size_t), ("names", POINTER(c_char_p)), ("values", POINTER(c_char_p)),
                ("stage", c_size_t), ("figure", c_double), ("seconds", c_double), ("failure", c_char_p)]


class TuneComparison(ctypes.Structure):
    _fields_ = [("rows", c_size_t), ("best", c_double), ("defaults", c_double), ("gain", c_double),
                ("standard_error", c_double), ("best_accuracy", c_double), ("defaults_accuracy", c_double)]


class TuneReport(ctypes.Structure):
    _fields_ = [("task", c_int), ("figure", c_char_p), ("larger_is_better", c_bool), ("trials", POINTER(Trial)),
                ("trial_count", c_size_t), ("trainings", c_size_t), ("resumed", c_size_t), ("seconds", c_double),
                ("interrupted", c_bool), ("held_out", TuneComparison), ("kept", c_void_p)]


class ShrinkSize(ctypes.Structure):
    _fields_ = [("hidden", c_char * 48), ("parameters", c_size_t), ("operations", c_size_t), ("flash", c_size_t),
                ("figure", c_double), ("holds", c_bool)]


class ShrinkReport(ctypes.Structure):
    _fields_ = [("figure", c_char_p), ("larger_is_better", c_bool), ("rows_training", c_size_t), ("rows_made", c_size_t),
                ("rows_held_out", c_size_t), ("teacher", ShrinkSize), ("teacher_saw", c_bool),
                ("students", POINTER(ShrinkSize)), ("student_count", c_size_t), ("chosen", c_size_t), ("interrupted", c_bool)]


class PlotRequest(ctypes.Structure):
    _fields_ = [("model", c_void_p), ("table", c_void_p), ("logs", Names), ("activations", Names), ("x", c_char_p),
                ("y", c_char_p), ("label", c_char_p), ("sweeps", Names), ("title", c_char_p), ("outcomes", c_void_p),
                ("importance", c_void_p), ("threads", c_int)]


class OptionInfo(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("argument", c_char_p), ("group", c_char_p), ("initial", c_char_p),
                ("usual", c_char_p), ("help", c_char_p)]


ON_PROGRESS = ctypes.CFUNCTYPE(c_bool, POINTER(Progress), c_void_p)
ON_FOLD = ctypes.CFUNCTYPE(None, POINTER(Fold), c_size_t, c_size_t, c_void_p)
ON_TRAINING = ctypes.CFUNCTYPE(c_bool, POINTER(TuneProgress), c_void_p)
ON_NOTICE = ctypes.CFUNCTYPE(None, c_char_p, c_void_p)
ON_SEND = ctypes.CFUNCTYPE(c_int, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p)
ON_RECEIVE = ctypes.CFUNCTYPE(c_int, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p)


class RanksFace(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("rank", c_size_t), ("ranks", c_size_t), ("send", ON_SEND), ("receive", ON_RECEIVE),
                ("context", c_void_p)]


# Functions that cannot fail: name, result, arguments. Those of CHECKED return a status and take an
# Error as the last argument, which `call` adds.
SIMPLE = {
    "mlp_version": (c_char_p, []),
    "mlp_table_free": (None, [c_void_p]),
    "mlp_table_rows": (c_size_t, [c_void_p]),
    "mlp_table_columns": (c_size_t, [c_void_p]),
    "mlp_table_column_name": (c_char_p, [c_void_p, c_size_t]),
    "mlp_table_notice": (c_char_p, [c_void_p]),
    "mlp_table_builder_create": (c_void_p, [c_char_p, c_size_t]),
    "mlp_table_builder_free": (None, [c_void_p]),
    "mlp_table_borrow_numbers": (None, [c_void_p, c_char_p, c_int, c_void_p, ctypes.c_ssize_t, c_void_p, c_void_p,
                                        c_void_p]),
    "mlp_table_add_texts": (None, [c_void_p, c_char_p, POINTER(c_char_p)]),
    "mlp_table_add_categories": (None, [c_void_p, c_char_p, POINTER(c_char_p), c_size_t, c_int, c_void_p,
                                        ctypes.c_ssize_t, c_void_p]),
    "mlp_table_add_booleans": (None, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "mlp_train_option_describe": (POINTER(OptionInfo), [c_size_t]),
    "mlp_train_option_kind": (c_int, [c_size_t]),
    "mlp_train_options_free": (None, [c_void_p]),
    "mlp_train_options_set_initial": (None, [c_void_p, c_void_p]),
    "mlp_train_options_set_stop": (None, [c_void_p, c_void_p]),
    "mlp_train_options_listen": (None, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "mlp_model_free": (None, [c_void_p]),
    "mlp_model_task": (c_int, [c_void_p]),
    "mlp_model_read_options": (ReadOptions, [c_void_p]),
    "mlp_table_decimal": (c_char, [c_void_p]),
    "mlp_model_metadata": (c_char_p, [c_void_p]),
    "mlp_model_member_count": (c_size_t, [c_void_p]),
    "mlp_model_parameter_count": (c_size_t, [c_void_p]),
    "mlp_model_network": (c_void_p, [c_void_p]),
    "mlp_network_size": (c_size_t, [c_void_p]),
    "mlp_network_parameters_const": (POINTER(c_float), [c_void_p]),
    "mlp_model_label_count": (c_size_t, [c_void_p]),
    "mlp_model_label": (c_char_p, [c_void_p, c_size_t]),
    "mlp_model_looked_for": (c_size_t, [c_void_p]),
    "mlp_model_target_count": (c_size_t, [c_void_p]),
    "mlp_model_target": (c_char_p, [c_void_p, c_size_t]),
    "mlp_model_width": (c_size_t, [c_void_p]),
    "mlp_model_column_count": (c_size_t, [c_void_p]),
    "mlp_model_column": (c_char_p, [c_void_p, c_size_t]),
    "mlp_model_column_kind": (c_char_p, [c_void_p, c_size_t]),
    "mlp_model_conformal_rows": (c_size_t, [c_void_p]),
    "mlp_trainer_free": (None, [c_void_p]),
    "mlp_trainer_step": (c_bool, [c_void_p, c_void_p]),
    "mlp_trainer_moments_size": (c_size_t, [c_void_p]),
    "mlp_trainer_moments": (c_uint64, [c_void_p, c_void_p]),
    "mlp_session_free": (None, [c_void_p]),
    "mlp_predictions_release": (None, [POINTER(Predictions)]),
    "mlp_conformal_free": (None, [c_void_p]),
    "mlp_conformal_intervals": (None, [c_void_p, POINTER(Predictions), c_void_p, c_void_p]),
    "mlp_conformal_sets": (None, [c_void_p, POINTER(Predictions), c_void_p]),
    "mlp_evaluation_release": (None, [c_void_p]),
    "mlp_evaluation_metric": (c_bool, [c_void_p, c_char_p, POINTER(c_double)]),
    "mlp_cross_validation_options_free": (None, [c_void_p]),
    "mlp_cross_validation_options_set_training": (None, [c_void_p, c_void_p]),
    "mlp_cross_validation_options_listen": (None, [c_void_p, c_void_p, c_void_p]),
    "mlp_cross_validation_release": (None, [POINTER(CrossValidationResult)]),
    "mlp_cross_validation_figure": (c_bool, [POINTER(CrossValidationResult), c_char_p, POINTER(c_double), POINTER(c_double)]),
    "mlp_learning_curve_release": (None, [POINTER(LearningCurveResult)]),
    "mlp_learning_curve_outlook": (c_bool, [POINTER(LearningCurveResult), c_char_p, POINTER(Outlook)]),
    "mlp_tune_options_free": (None, [c_void_p]),
    "mlp_tune_options_set_base": (None, [c_void_p, c_void_p]),
    "mlp_tune_options_listen": (None, [c_void_p, c_void_p, c_void_p]),
    "mlp_tune_report_release": (None, [POINTER(TuneReport)]),
    "mlp_shrink_options_free": (None, [c_void_p]),
    "mlp_shrink_report_release": (None, [POINTER(ShrinkReport)]),
    "mlp_importance_release": (None, [POINTER(Importance)]),
    "mlp_importance_options_free": (None, [c_void_p]),
    "mlp_figure_free": (None, [c_void_p]),
    "mlp_figure_title": (c_char_p, [c_void_p]),
    "mlp_figure_description": (c_char_p, [c_void_p]),
    "mlp_export_options_free": (None, [c_void_p]),
    "mlp_import_options_free": (None, [c_void_p]),
    "mlp_metric_name": (c_char_p, [c_size_t]),
}
CHECKED = {
    "mlp_table_read": [c_char_p, POINTER(ReadOptions), c_void_p],
    "mlp_table_read_shared": [c_char_p, c_void_p, c_void_p, c_bool, c_char_p, c_void_p],
    "mlp_table_from_arrow": [c_void_p, c_char_p, c_void_p],
    "mlp_table_builder_finish": [c_void_p, c_void_p],
    "mlp_train_options_create": [c_void_p],
    "mlp_train_options_from_json": [c_void_p, c_char_p],
    "mlp_train_options_set_ranks": [c_void_p, c_void_p],
    "mlp_train": [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p],
    "mlp_trainer_create": [c_void_p, c_void_p, c_void_p, c_void_p],
    "mlp_trainer_set_moments": [c_void_p, c_void_p, c_uint64],
    "mlp_job_work": [c_void_p, c_void_p, c_void_p],
    "mlp_job_part": [c_void_p, c_void_p, c_void_p, POINTER(c_bool)],
    "mlp_job_merge": [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p],
    "mlp_job_part_folds": [c_void_p, c_void_p, POINTER(c_bool)],
    "mlp_job_merge_folds": [c_void_p, c_void_p, POINTER(CrossValidationResult)],
    "mlp_job_part_tuning": [c_void_p, c_void_p, POINTER(c_bool)],
    "mlp_job_merge_tuning": [c_void_p, c_void_p, POINTER(TuneReport)],
    "mlp_trainer_model": [c_void_p, c_void_p, c_void_p],
    "mlp_model_load": [c_char_p, c_void_p],
    "mlp_model_load_memory": [c_char_p, c_size_t, c_char_p, c_void_p],
    "mlp_model_save": [c_void_p, c_char_p, c_bool],
    "mlp_model_look_for": [c_void_p, c_char_p],
    "mlp_model_save_memory": [c_void_p, c_void_p, c_void_p],
    "mlp_session_create": [c_void_p, c_int, c_void_p],
    "mlp_session_predict": [c_void_p, c_void_p, POINTER(Predictions)],
    "mlp_session_predict_values": [c_void_p, c_void_p, c_size_t, c_size_t, c_void_p, c_void_p],
    "mlp_conformal_create": [c_void_p, c_double, c_void_p],
    "mlp_evaluate": [c_void_p, c_void_p, c_int, c_void_p],
    "mlp_cross_validation_options_create": [c_void_p],
    "mlp_cross_validation_options_set": [c_void_p, c_char_p, c_char_p],
    "mlp_cross_validation_options_set_number": [c_void_p, c_char_p, c_double],
    "mlp_cross_validate": [c_void_p, c_void_p, POINTER(CrossValidationResult)],
    "mlp_learning_curve_make": [c_void_p, c_void_p, c_size_t, POINTER(LearningCurveResult)],
    "mlp_tune_options_create": [c_void_p],
    "mlp_tune_options_set": [c_void_p, c_char_p, c_char_p],
    "mlp_tune_options_set_number": [c_void_p, c_char_p, c_double],
    "mlp_tune_options_add": [c_void_p, c_char_p, c_char_p],
    "mlp_tune": [c_void_p, c_void_p, POINTER(TuneReport)],
    "mlp_shrink_options_create": [c_void_p],
    "mlp_shrink_options_set": [c_void_p, c_char_p, c_char_p],
    "mlp_shrink_options_add": [c_void_p, c_char_p, c_char_p],
    "mlp_shrink": [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, POINTER(ShrinkReport)],
    "mlp_importance_options_create": [c_void_p],
    "mlp_importance_options_set": [c_void_p, c_char_p, c_char_p],
    "mlp_model_importance": [c_void_p, c_void_p, c_void_p, POINTER(Importance)],
    "mlp_report_write": [c_void_p, c_void_p, c_void_p, c_void_p],
    "mlp_plot_kind_find": [c_char_p, c_void_p],
    "mlp_plot": [c_void_p, POINTER(PlotRequest), c_void_p],
    "mlp_figure_json": [c_void_p, c_void_p],
    "mlp_figure_draw": [c_void_p, c_char_p, c_size_t, c_size_t, c_void_p],
    "mlp_export_options_create": [c_void_p],
    "mlp_export_options_set": [c_void_p, c_char_p, c_char_p],
    "mlp_export_c": [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p],
    "mlp_export_onnx_with": [c_void_p, c_void_p, c_void_p],
    "mlp_import_options_create": [c_void_p],
    "mlp_import_options_set": [c_void_p, c_char_p, c_char_p],
    "mlp_import_options_add": [c_void_p, c_char_p, c_char_p],
    "mlp_import_onnx": [c_char_p, c_void_p, c_void_p],
    "mlp_export_javascript": [c_void_p, c_void_p, c_void_p, c_void_p],
    "mlp_export_html": [c_void_p, c_void_p, c_void_p, c_void_p],
}


def _open():
    path = os.environ.get("MLP_LIBRARY") or Path(__file__).with_name("libmlp.so")
    library = ctypes.CDLL(str(path))
    for name, (result, arguments) in SIMPLE.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    for name, arguments in CHECKED.items():
        function = getattr(library, name)
        function.restype, function.argtypes = c_int, [*arguments, POINTER(Error)]
    return library


lib = _open()
_c = ctypes.CDLL(None)
free = _c.free
free.restype, free.argtypes = None, [c_void_p]
_c.open_memstream.restype, _c.open_memstream.argtypes = c_void_p, [POINTER(c_void_p), POINTER(c_size_t)]
_c.fclose.restype, _c.fclose.argtypes = c_int, [c_void_p]


def call(name, *arguments, given=()):
    """Calls a function of CHECKED, and raises its error. Python's lock is released while the
    function runs. `given`: see in_python."""
    error = Error()
    if getattr(lib, name)(*arguments, ctypes.byref(error)) != OK:
        raise BY_STATUS[error.status](in_python(error.message.decode("utf-8", "replace"), given))


def made_by(name, *arguments):
    """Calls a function of CHECKED, and returns the pointer that it writes to its last argument."""
    made = c_void_p()
    call(name, *arguments, ctypes.byref(made))
    return made.value


def metric_names():
    """The names of all metrics, as bytes."""
    i = 0
    while (name := lib.mlp_metric_name(i)) is not None:
        yield name
        i += 1


def metrics_of(evaluation):
    """The metrics that an mlp_evaluation has, as pairs of a name and a value."""
    value = c_double()
    for name in metric_names():
        if lib.mlp_evaluation_metric(evaluation, name, ctypes.byref(value)) and value.value == value.value:
            yield name.decode(), value.value


class Stream:
    """A C stream (FILE *) that writes into memory: `with Stream() as to: ...`, then `to.bytes`."""

    def __enter__(self):
        self._memory, self._size = c_void_p(), c_size_t()
        self.pointer = _c.open_memstream(ctypes.byref(self._memory), ctypes.byref(self._size))
        if not self.pointer:
            raise MemoryError
        return self

    def __exit__(self, *failure):
        closed = _c.fclose(self.pointer)
        try:
            self.bytes = ctypes.string_at(self._memory, self._size.value) if self._memory else b""
        finally:
            free(self._memory)
        if closed != 0 and failure == (None, None, None):
            raise MemoryError


def version():
    return lib.mlp_version().decode()
