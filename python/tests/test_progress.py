# SPDX-License-Identifier: MIT
"""Progress while a training runs, bars that show it, and listeners that stop it."""
import copy
import io
import sys
from types import SimpleNamespace

import pytest

import mlp


class Terminal(io.StringIO):
    def isatty(self):
        return True


def screen(text):
    """The lines that a terminal shows after `text` was written to it."""
    return [line.split("\r\x1b[K")[-1] for line in text.split("\n")]


def test_a_terminal_shows_a_bar_and_the_last_epoch(flowers, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    mlp.train(flowers, "kind", hidden=8, epochs=7, patience=0, progress=mlp.ProgressBar(terminal))
    last, after = screen(terminal.getvalue())
    assert "█" * 24 + " epoch 7/7  loss 0." in last and len(last) <= 59 and after == ""


def test_folds_and_trials_have_bars(flowers):
    for function, wishes, words in ((mlp.cross_validate, {"folds": 3}, "3 of 3 folds"),
                                    (mlp.tune, {"trials": 3}, "training runs in"),
                                    (mlp.train, {"folds": 3}, "network ")):
        terminal = Terminal()
        function(flowers, "kind", hidden=8, epochs=5, progress=mlp.ProgressBar(terminal), **wishes)
        assert words in screen(terminal.getvalue())[-2]


def test_a_file_gets_no_bar(flowers, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    mlp.train(flowers, "kind", hidden=8, epochs=3, progress=True)
    assert sys.stderr.getvalue() == ""


def test_a_notebook_gets_one_cell_that_changes(flowers, monkeypatch):
    shown = []

    class Cell:
        def update(self, data, raw):
            shown.append(("update", data["text/html"]))

    def display(data, raw, display_id):
        shown.append(("display", data["text/html"]))
        return Cell()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    bar = mlp.ProgressBar()
    bar.draw()  # before there is any progress
    for epoch in (1, 2):
        bar(SimpleNamespace(epoch=epoch, epochs=2, network=1, networks=1, finished=0, training_loss=0.5, validation_loss=float("nan"),
                            validation_metric=float("nan"), task="regression", seconds=0.1))
        bar.draw()
    assert [kind for kind, _ in shown] == ["display", "update"]
    assert shown[1][1] == "<progress value='1.000' max='1'></progress> epoch 2/2  loss 0.5  0.1 s"


def test_several_listen_and_each_may_stop(flowers):
    seen = []
    mlp.train(flowers, "kind", hidden=8, epochs=50, patience=0,
              progress=[lambda now: seen.append(now.epoch), mlp.ProgressBar(io.StringIO()), lambda now: now.epoch < 4])
    assert seen == [1, 2, 3, 4]
    with pytest.raises(mlp.ArgumentError, match="^progress is a function"):
        mlp.train(flowers, "kind", progress=3)


def test_a_bar_that_fails_ends_the_training(flowers):
    class Closed(Terminal):
        def write(self, text):
            raise BrokenPipeError("closed")
    with pytest.raises(BrokenPipeError):
        mlp.train(flowers, "kind", hidden=64, epochs=10**6, patience=0, progress=mlp.ProgressBar(Closed()))


def test_bars_are_copied_for_grids(flowers):
    assert isinstance(copy.deepcopy(mlp.ProgressBar()), mlp.ProgressBar)
