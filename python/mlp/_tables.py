# SPDX-License-Identifier: MIT
"""Tables made from files, data frames, arrays and dictionaries of columns."""
import ctypes
import os
import weakref

import numpy as np

from ._errors import ArgumentError, DataError, reading
from ._library import Names, ReadOptions, call, lib, made_by

NUMBER_TYPES = {"f8": 0, "f4": 1, "f2": 2, "i1": 3, "i2": 4, "i4": 5, "i8": 6, "u1": 7, "u2": 8, "u4": 9, "u8": 10}

FRACTIONS = ("ms", "us", "ns", "ps", "fs", "as")  # units of NumPy's dates that are fractions of a second


class Table:
    """A table of the library. Numbers are not copied: they stay in the caller's arrays."""

    def __init__(self, handle, lent=()):
        self.handle, self._lent = handle, lent
        self._end = weakref.finalize(self, lib.mlp_table_free, handle)

    def __len__(self):
        return lib.mlp_table_rows(self.handle)

    @property
    def columns(self):
        return [lib.mlp_table_column_name(self.handle, c).decode() for c in range(lib.mlp_table_columns(self.handle))]

    @property
    def notice(self):
        """A sentence that the user should know about the way the file was read, or None."""
        told = lib.mlp_table_notice(self.handle)
        return told.decode() if told else None

    def __repr__(self):
        return f"<mlp.Table: {len(self)} rows of {len(self.columns)} columns>"


def read(path, missing=()):
    """Reads the table in a file of any format that mlp knows.

    missing     a further text, or several, for missing values: "-999" or ["unknown", "-999"]. Texts
                that always mean one: the empty text, NA, NaN, nan, NULL, null and ?, and in columns
                of numbers N/A, n/a, #N/A, <NA>, None, - and ."""
    texts = [missing] if isinstance(missing, str) else missing
    if not isinstance(texts, (list, tuple, set, frozenset)) or not all(isinstance(text, str) for text in texts):
        raise ArgumentError(f"missing={missing!r}: give a text, or a list of texts, that the file holds")
    items = (ctypes.c_char_p * len(texts))(*(text.encode() for text in texts))
    return _read(path, ReadOptions(missing=Names(items, len(texts))))


def _read(path, options):
    with reading(path):
        return Table(made_by("mlp_table_read", os.fsencode(path), options))


def table_beside(data, table):
    """`data` as a Table. A file whose numbers do not show which character is the decimal mark is
    read with that of `table`."""
    if isinstance(data, (str, os.PathLike)):
        return _read(data, ReadOptions(decimal_if_unclear=lib.mlp_table_decimal(table.handle)))
    return table_of(data)


def _as_in_training(model):
    options = lib.mlp_model_read_options(model)
    options.labels = options.query = None  # these belong to the training data
    return options


def table_of(data, names=None, model=None):
    """`data` as a Table. It may be a Table, a path, an object with `__arrow_c_stream__` (polars,
    pyarrow, DuckDB), a pandas data frame, a dict of columns, or an array of rows and columns. With
    `model` (its pointer), a file is read like the one that the model was trained on."""
    if isinstance(data, Table):
        return data
    if isinstance(data, (str, os.PathLike)):
        return _read(data, _as_in_training(model) if model else None)
    if hasattr(data, "__arrow_c_stream__") and not _is_pandas(data):
        return _from_arrow(data)
    return from_columns(columns_of(data, names))


def columns_of(data, names=None):
    """The columns as pairs of a name and values. The columns of an array are named x1, x2, ...
    unless `names` is given."""
    if _is_pandas(data):
        return [(str(name), data.iloc[:, c]) for c, name in enumerate(data.columns)]
    if isinstance(data, dict):
        return [(str(name), values) for name, values in data.items()]
    if hasattr(data, "columns") and hasattr(data, "get_column"):  # polars
        return [(name, data.get_column(name).to_numpy()) for name in data.columns]
    if hasattr(data, "column_names") and hasattr(data, "column"):  # pyarrow
        return [(name, data.column(name).to_numpy()) for name in data.column_names]
    array = np.asarray(data)
    if array.ndim != 2:
        raise DataError(f"an array of rows and columns has 2 dimensions, this one {array.ndim}")
    names = names or [f"x{c + 1}" for c in range(array.shape[1])]
    return [(name, array[:, c]) for c, name in enumerate(names)]


def from_columns(columns):
    rows = len(columns[0][1]) if columns else 0
    lent = []
    builder = lib.mlp_table_builder_create(b"the data", rows)
    try:
        for name, values in columns:
            if len(values) != rows:
                raise DataError(f"column {name!r} has {len(values)} rows, the first column {rows}")
            _add(builder, _bytes("the name of a column", name), values, lent)
    except BaseException:
        lib.mlp_table_builder_free(builder)
        raise
    return Table(made_by("mlp_table_builder_finish", builder), lent)


def _is_pandas(data):
    return type(data).__module__.partition(".")[0] == "pandas"


def _from_arrow(data):
    capsule = data.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return Table(made_by("mlp_table_from_arrow", pointer(capsule, b"arrow_array_stream"), b"the data"))


def _add(builder, name, values, lent):
    codes = getattr(getattr(values, "cat", None), "codes", None)
    if codes is not None:
        return _add_categories(builder, name, [str(level) for level in values.cat.categories], codes.to_numpy(), lent)
    array = values.to_numpy() if _is_pandas(values) else np.asarray(values)
    if array.ndim != 1:
        raise DataError(f"column {name.decode()!r} is not a list of values: its values have {array.ndim - 1} dimensions")
    if array.dtype.kind == "c":
        raise DataError(f"column {name.decode()!r} holds complex numbers: Complex data not supported")
    if array.dtype.kind == "M":
        if np.datetime_data(array.dtype)[0] not in FRACTIONS:
            array = array.astype("M8[s]")
        return _add_texts(builder, name, [None if np.isnat(v) else str(v) for v in array])
    if array.dtype.kind == "b":
        array = np.ascontiguousarray(array)
        return lib.mlp_table_add_booleans(builder, name, array.ctypes.data, None)
    if array.dtype.kind in "OUST":
        numbers = _as_numbers(array)
        if numbers is None:
            return _add_texts(builder, name, [_text(v) for v in array])
        array = numbers
    if array.dtype.kind not in "fiu":
        raise DataError(f"column {name.decode()!r} has values of type {array.dtype}, which a column cannot hold")
    if array.dtype.str[1:] not in NUMBER_TYPES or not array.dtype.isnative:
        array = array.astype("f8")
    lent.append(array)
    lib.mlp_table_borrow_numbers(builder, name, NUMBER_TYPES[array.dtype.str[1:]], array.ctypes.data, array.strides[0],
                                 None, None, None)


def _as_numbers(array):
    """An array of objects as numbers, with NaN for None. Returns None if it is not such an array,
    or if an object is not a number."""
    if array.dtype.kind != "O" or not all(v is None or isinstance(v, (int, float, np.number)) for v in array):
        return None
    if any(isinstance(v, (bool, np.bool_)) for v in array) or not len(array):
        return None
    return np.array([np.nan if v is None else v for v in array], dtype="f8")


def _text(value):
    if value is None or value is getattr(_pandas(), "NA", None) or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (dict, list, set, tuple)):
        raise TypeError(f"argument must be a string or a number, not {type(value).__name__!r}")
    return str(value)


def _pandas():
    import sys
    return sys.modules.get("pandas")


def _bytes(place, text):
    """The text as UTF-8 for C. A byte 0, which would end it there, is refused."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise DataError(f"{place}, {text!r}, is not a text that UTF-8 can hold") from None
    if b"\0" in data:
        raise DataError(f"{place}, {text!r}, holds the character 0, which ends a text; take it out")
    return data


def _add_texts(builder, name, texts):
    place = f"a text in column {name.decode()!r}"
    lib.mlp_table_add_texts(builder, name, (ctypes.c_char_p * len(texts))(*[t if t is None else _bytes(place, t) for t in texts]))


def _add_categories(builder, name, levels, codes, lent):
    codes = np.ascontiguousarray(codes.astype("i8"))
    lent.append(codes)
    place = f"a category in column {name.decode()!r}"
    lib.mlp_table_add_categories(builder, name, (ctypes.c_char_p * len(levels))(*[_bytes(place, v) for v in levels]),
                                 len(levels), NUMBER_TYPES["i8"], codes.ctypes.data, 0, None)
