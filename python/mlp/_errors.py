# SPDX-License-Identifier: MIT
"""The library's errors as exceptions, and its messages in terms of Python."""
import contextlib
import os
import re


class MlpError(Exception):
    """The base class of all errors. The message states what went wrong, where, and what to do."""


class ArgumentError(MlpError, ValueError):
    """The value of an option or argument is not allowed."""


class DataError(MlpError, ValueError):
    """The data cannot be read, or do not suit the model or the options."""


class ModelError(MlpError, ValueError):
    """The model file cannot be read, or is damaged."""


class MissingFile(DataError, ModelError, FileNotFoundError):
    """The file of the data or of the model does not exist."""


class OutputError(MlpError, OSError):
    """A file could not be written."""


class NoMemory(MlpError, MemoryError):
    """An allocation failed."""


class InterruptedTraining(MlpError):
    """Training was stopped before there was any result."""


for _one in (MlpError, ArgumentError, DataError, ModelError, MissingFile, OutputError, NoMemory, InterruptedTraining):
    _one.__module__ = "mlp"  # the module that programs import it from, and that tracebacks show

BY_STATUS = {1: NoMemory, 2: OutputError, 3: ArgumentError, 4: DataError, 5: ModelError, 6: InterruptedTraining}


@contextlib.contextmanager
def reading(path):
    """Turns an error into a MissingFile if no file has the name `path`. Addresses of databases and
    of the web are not names of files."""
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


WORDS = {": give yes or no": ": give True or False", ": give no or yes": ": give True or False",
         "the help of training lists the options": "mlp.options() lists them"}
UNKNOWN = re.compile(r'no (?:training )?option "[a-z0-9-]+".*?(?:did you mean [a-z0-9-]+|$)')


def in_python(sentence, given=()):
    """Writes the options in a sentence of the library as Python does.

    `learning-rate` 0.1 becomes learning_rate=0.1, and `hidden` 96,48 becomes hidden="96,48". Alone,
    or before a word, `learning-rate` becomes learning_rate: the word may be a value or part of the
    sentence. It is a value if it was `given` (triples of a name, the text that the library got, and
    the value in Python): then `batch-norm` maybe becomes batch_norm='maybe', and `batch-norm` yes
    becomes batch_norm=True."""
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
