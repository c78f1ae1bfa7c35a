# SPDX-License-Identifier: MIT
"""The options of training, converted for the library."""
import functools
import json
import math
import numbers
import os
import weakref

from ._errors import ArgumentError, in_python
from ._library import call, lib, made_by

TEXT, NAMES = 0, 3  # kinds of options (mlp_option_kind)


def options():
    """The options of training: a dict from each name to its default and what the option does."""
    found, i = {}, 0
    while (info := lib.mlp_train_option_describe(i)):
        one, i = info.contents, i + 1
        usual = one.usual or one.initial
        found[one.name.decode().replace("-", "_")] = (usual.decode(), in_python(one.help.decode()))
    return found


@functools.lru_cache(maxsize=None)
def _kinds():
    return {name: lib.mlp_train_option_kind(i) for i, name in enumerate(options())}


class Options:
    """The library's options object, set from Python's values. `given` keeps these for messages
    about them: see in_python."""

    def __init__(self, settings):
        plain = {name: _plain(name, value) for name, value in settings.items() if value is not None}
        self.given = [(name.replace("_", "-"), _text(value), settings[name]) for name, value in plain.items()]
        self.handle = made_by("mlp_train_options_create")
        self.free = weakref.finalize(self, lib.mlp_train_options_free, self.handle)  # acts only once
        members = {name.replace("_", "-"): value for name, value in plain.items()}
        call("mlp_train_options_from_json", self.handle, json.dumps(members).encode(), given=self.given)


def target_names(target):
    """The target column or columns, each a name or a number counted from 1, as a list of texts."""
    one = isinstance(target, (str, numbers.Integral)) or not hasattr(target, "__iter__")
    names = [target] if one else list(target)
    known = all(isinstance(name, (str, numbers.Integral)) for name in names)
    if not known or len(set(names)) < len(names):  # repeated items are values, not names
        raise ArgumentError("target names a column of the data, or several: train(data, \"price\"). With the answers apart from "
                            "the inputs, MLPClassifier().fit(X, y) and MLPRegressor().fit(X, y) take both")
    return [str(name) for name in names]


def _plain(name, value):
    """The value of an option for JSON. A list of numbers becomes a text, "64,32", and so does a
    number if the option takes a text or names of columns."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        items = [_one(name, item) for item in value]
        return ",".join(str(item) for item in items) if items and all(map(_is_number, items)) else items
    value = _one(name, value)
    return str(value) if _is_number(value) and _kinds().get(name) in (TEXT, NAMES) else value


def _one(name, value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no such number
    if not isinstance(value, (str, int, float)):
        raise ArgumentError(f"{name}: a text, a number, True or False, or a list of texts or numbers sets an option, and not a "
                            f"{type(value).__name__}")
    return value


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value):
    """How the library's messages show a text or a truth value; "" for other values."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ""
