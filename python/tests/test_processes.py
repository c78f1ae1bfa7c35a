# SPDX-License-Identifier: MIT
"""Threads, forks, signals, and what notebooks show."""
import html.parser
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import mlp

OPTIONS = {"hidden": 16, "epochs": 30, "seed": 5}


def test_several_models_train_in_several_threads(flowers):
    """Each model is the same as if it had been trained alone."""
    alone = {seed: mlp.train(flowers, "kind", **{**OPTIONS, "seed": seed}).to_bytes() for seed in range(6)}
    found = {}
    threads = [threading.Thread(target=lambda seed=seed: found.update(
        {seed: mlp.train(flowers, "kind", **{**OPTIONS, "seed": seed}).to_bytes()})) for seed in range(6)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert found == alone


def test_python_goes_on_while_a_model_trains(flowers):
    """Python's lock is released: another thread counts while this one trains."""
    steps, over = [], threading.Event()

    def count():
        while not over.is_set():
            steps.append(1)
            time.sleep(0.001)
    thread = threading.Thread(target=count)
    thread.start()
    mlp.train(flowers, "kind", hidden="200,200", epochs=10**6, time=0.5, patience=0, folds=0)
    over.set(), thread.join()
    assert len(steps) > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_children_of_a_fork_train_and_predict(flowers):
    """The parent has started the library's threads, and a child does not inherit them."""
    model = mlp.train(flowers, "kind", **OPTIONS)
    wanted, trained = model.predict_proba(flowers), model.to_bytes()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def child():
        answers.put((model.predict_proba(flowers), mlp.train(flowers, "kind", **OPTIONS).to_bytes()))
    children = [context.Process(target=child) for _ in range(2)]
    [one.start() for one in children]
    for _ in children:
        p, again = answers.get(timeout=60)
        assert np.array_equal(p, wanted) and again == trained
    [one.join() for one in children]
    assert np.array_equal(model.predict_proba(flowers), wanted)


def test_ctrl_c_in_a_program_keeps_the_best(tmp_path):
    """A separate process gets the signal that the keys send in a terminal."""
    program = tmp_path / "program.py"
    program.write_text("""
import signal, mlp, numpy as np
signal.signal(signal.SIGINT, signal.default_int_handler)
x = np.linspace(-3, 3, 500)
def told(now):
    if now.epoch == 5:
        print("five", flush=True)
model = mlp.train({"x": x, "y": np.sin(x)}, "y", hidden=32, epochs=10**7, patience=0, folds=0, progress=told)
print(model.metadata["training"]["stop_reason"], model.metadata["training"]["epochs"] >= 5, flush=True)
""")
    process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "five\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted True\n" and process.returncode == 0


class Page(html.parser.HTMLParser):
    """A parsed page: its open tags, all tags, and its text."""

    def __init__(self, page):
        super().__init__()
        self.open, self.text, self.tags = [], "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_notebooks_show_what_a_model_is(flowers):
    hostile = {**flowers, "<script>alert(1)</script>": flowers["length"]}
    page = Page(mlp.train(hostile, "kind", **OPTIONS)._repr_html_())
    assert page.open == [] and "script" not in page.tags
    for word in ("classification", "kind", "lily, rose, tulip", "<script>alert(1)</script>", "colour"):
        assert word in page.text


def test_notebooks_show_figures_as_svg(flowers):
    if not shutil.which("gnuplot"):
        pytest.skip("no gnuplot")
    from xml.etree import ElementTree
    model = mlp.train(flowers, "kind", folds=3, **OPTIONS)
    for kind in ("confusion", "calibration", "importance", "network"):
        figure = model.plot(kind, None if kind == "network" else flowers)
        root = ElementTree.fromstring(figure._repr_svg_())
        assert root.tag == "{http://www.w3.org/2000/svg}svg" and figure.title and figure.description


def test_scikit_learns_importance_agrees_about_noise(curve):
    pytest.importorskip("sklearn", minversion="1.6")
    from sklearn.inspection import permutation_importance
    X, y = curve
    X = np.column_stack([X, X[::-1, 1]])
    model = mlp.MLPRegressor(quality="fast", random_state=1).fit(X, y)
    theirs = permutation_importance(model, X, y, n_repeats=5, random_state=1).importances_mean
    ours = model.model_.importance({f"x{c + 1}": X[:, c] for c in range(3)} | {"y": y})
    assert list(np.argsort(-theirs)) == [int(name[1:]) - 1 for name in ours]
    assert theirs[2] < 0.1 * theirs[0] and ours["x3"] < 0.1 * ours["x1"]
