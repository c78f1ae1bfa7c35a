# SPDX-License-Identifier: MIT
"""The library's errors as exceptions, its sentences in Python's own words."""
import re


class MlpError(Exception):
    """What went wrong, in a sentence with the place and the way out."""


class ArgumentError(MlpError, ValueError):
    """An option or argument is outside what is allowed."""


class DataError(MlpError, ValueError):
    """The data cannot be read, or do not fit."""


class ModelError(MlpError, ValueError):
    """The model file cannot be read, or is damaged."""


class OutputError(MlpError, OSError):
    """A file could not be written."""


class NoMemory(MlpError, MemoryError):
    """An allocation failed."""


class InterruptedTraining(MlpError):
    """Training was stopped before there was any result."""


BY_STATUS = {1: NoMemory, 2: OutputError, 3: ArgumentError, 4: DataError, 5: ModelError, 6: InterruptedTraining}


OPTION = re.compile(r"""`([a-z][a-z0-9-]*)`(?: (?:(-?[0-9](?:[0-9A-Za-z.,:+-]*[0-9A-Za-z])?)|("[^"]*"|'[^']*')))?""")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


def in_python(sentence):
    """`learning-rate` 0.1 is learning_rate=0.1, `hidden` 96,48 is hidden="96,48", and `learning-rate` alone, or before a
    word, which may be its value or go on with the sentence, is learning_rate."""
    def option(found):
        name, figure, text = found[1].replace("-", "_"), found[2], found[3]
        if figure and not NUMBER.fullmatch(figure):
            text = f'"{figure}"'
        return name if not (text or figure) else f"{name}={text or figure}"
    return OPTION.sub(option, sentence)
