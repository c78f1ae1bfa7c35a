# SPDX-License-Identifier: MIT
"""The library's errors as exceptions, its sentences in Python's own words."""
import contextlib
import os
import re


class MlpError(Exception):
    """What went wrong, in a sentence with the place and the way out."""


class ArgumentError(MlpError, ValueError):
    """An option or argument is outside what is allowed."""


class DataError(MlpError, ValueError):
    """The data cannot be read, or do not fit."""


class ModelError(MlpError, ValueError):
    """The model file cannot be read, or is damaged."""


class MissingFile(DataError, ModelError, FileNotFoundError):
    """There is no such file of data, or of a model."""


class OutputError(MlpError, OSError):
    """A file could not be written."""


class NoMemory(MlpError, MemoryError):
    """An allocation failed."""


class InterruptedTraining(MlpError):
    """Training was stopped before there was any result."""


for _one in (MlpError, ArgumentError, DataError, ModelError, MissingFile, OutputError, NoMemory, InterruptedTraining):
    _one.__module__ = "mlp"  # where programs have it from, and tracebacks show it

BY_STATUS = {1: NoMemory, 2: OutputError, 3: ArgumentError, 4: DataError, 5: ModelError, 6: InterruptedTraining}


@contextlib.contextmanager
def reading(path):
    """What fails because there is no file of that name is a MissingFile; addresses of databases and of the web are not names."""
    try:
        yield
    except (DataError, ModelError) as failure:
        name = os.fsdecode(path)
        if name.startswith("odbc:") or "://" in name or os.path.exists(name):
            raise
        raise MissingFile(str(failure)) from None


OPTION = re.compile(r"""`([a-z][a-z0-9-]*)`(?: (?:(-?[0-9](?:[0-9A-Za-z.,:+-]*[0-9A-Za-z])?)|("[^"]*"|'[^']*')))?""")
COLUMN = re.compile(r"with `(drop|categorical)` ([\w.-]*\w)")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


WORDS = {": it is no or yes": ": it is False or True", "the help of training lists them": "mlp.options() lists them"}
UNKNOWN = re.compile(r'no (?:training )?option "[a-z0-9-]+".*?(?:did you mean [a-z0-9-]+|$)')


def in_python(sentence, given=()):
    """`learning-rate` 0.1 is learning_rate=0.1, `hidden` 96,48 is hidden="96,48", and `learning-rate` alone, or before a
    word, which may be its value or go on with the sentence, is learning_rate. Where the word is what was `given` (triples of
    a name, the text that the library got, and what it was in Python), it is the value: `batch-norm` maybe is
    batch_norm='maybe', and `batch-norm` yes is batch_norm=True. Switches are False or True."""
    for name, text, value in given:
        if text:
            after = f"`{name}` {re.escape(text)}(?=$|[ :;]|[,.](?: |$))"
            sentence = re.sub(after, lambda _: f"{_name(name)}={value!r}", sentence)

    def option(found):
        figure, text = found[2], found[3]
        if figure and not NUMBER.fullmatch(figure):
            text = f'"{figure}"'
        return _name(found[1]) if not (text or figure) else f"{_name(found[1])}={text or figure}"
    sentence = COLUMN.sub(lambda found: f'with {found[1]}="{found[2]}"', sentence)
    sentence = UNKNOWN.sub(lambda found: _name(found[0]), OPTION.sub(option, sentence))
    for words, ours in WORDS.items():
        sentence = sentence.replace(words, ours)
    return sentence


def _name(option):
    return option.replace("-", "_")
