# SPDX-License-Identifier: MIT
"""Many trainings: cross-validation, learning curves, tuning."""
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import mlp

FAST = {"hidden": 8, "epochs": 20}


def test_every_row_is_predicted_by_a_fold_that_left_it_out(flowers):
    found = mlp.cross_validate(flowers, "kind", folds=4, repeats=2, **FAST)
    assert [(fold.repeat, fold.fold) for fold in found.folds] == [(r, f) for r in range(2) for f in range(4)]
    for repeat in range(2):
        rows = np.concatenate([fold.rows for fold in found.folds if fold.repeat == repeat])
        assert sorted(rows) == list(range(240))
        right = found.predictions(repeat) == flowers["kind"]
        of_folds = [fold.figures["accuracy"] for fold in found.folds if fold.repeat == repeat]
        assert np.average(of_folds, weights=[60] * 4) == pytest.approx(right.mean())
    accuracies = [fold.figures["accuracy"] for fold in found.folds]
    assert found.figures["accuracy"].mean == pytest.approx(np.mean(accuracies))
    assert found.figures["accuracy"].deviation == pytest.approx(np.std(accuracies, ddof=1))
    fold = found.folds[0]
    assert list(fold.predictions) == [fold.labels[k] for k in fold.values.argmax(axis=1)]


def test_rows_without_a_target_have_no_prediction(curve):
    X, y = curve
    y = np.where(np.arange(400) % 10 == 0, np.nan, y)
    found = mlp.cross_validate({"a": X[:, 0], "b": X[:, 1], "y": y}, "y", **FAST)
    assert np.array_equal(np.isnan(found.predictions()), np.isnan(y))
    assert found.baseline["rmse"] > found.figures["rmse"].mean
    with pytest.raises(mlp.ArgumentError, match="^repeat=1: there are 1, from 0"):
        found.predictions(1)


def test_folds_are_told_and_can_be_stopped(flowers):
    seen = []
    mlp.cross_validate(flowers, "kind", folds=3, progress=seen.append, **FAST)
    assert [(now.done, now.folds) for now in seen] == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(mlp.InterruptedTraining):
        mlp.cross_validate(flowers, "kind", folds=100, threads=1, progress=lambda now: now.done < 2, **FAST)
    with pytest.raises(ZeroDivisionError):
        mlp.cross_validate(flowers, "kind", progress=lambda now: 1 / 0, **FAST)


def test_a_learning_curve_ends_with_the_cross_validation(flowers):
    found = mlp.learning_curve(flowers, "kind", sizes=3, **FAST)
    assert [step.share for step in found.steps] == [0.25, 0.5, 1.0]
    assert found.steps[-1].figures == mlp.cross_validate(flowers, "kind", **FAST).figures
    outlook = found.outlook["log_loss"]
    assert outlook["gain"] == pytest.approx(outlook["before"] - outlook["now"])


def test_tuning_gives_options_that_train(flowers, tmp_path):
    wishes = {"trials": 5, "search": {"learning_rate": (0.001, 0.1), "l2": [0, 0.01], "batch": "16|64"}}
    found = mlp.tune(flowers, "kind", journal=tmp_path / "journal", **wishes, **FAST)
    assert sorted(trial.number for trial in found.trials) == [0, 1, 2, 3, 4]
    rates = [trial.options["learning_rate"] for trial in found.trials if "learning_rate" in trial.options]
    assert rates and all(0.001 <= rate <= 0.1 for rate in rates)
    assert {trial.options.get("l2", 0) for trial in found.trials} <= {0, 0.01}
    model = mlp.train(flowers, **found.best)
    assert model.targets == ["kind"] and found.best["hidden"] == 8
    again = mlp.tune(flowers, "kind", journal=tmp_path / "journal", resume=True, **wishes, **FAST)
    assert [(one.number, one.figure) for one in again.trials] == [(one.number, one.figure) for one in found.trials]


def test_time_bounds_a_search(flowers):
    seen = []
    found = mlp.tune(flowers, "kind", time=1, progress=seen.append, **FAST)
    assert not found.interrupted and len(seen) == found.trainings > 1
    assert all(0 <= now.share <= 1 for now in seen)


def test_tuning_stops_when_told(flowers):
    found = mlp.tune(flowers, "kind", trials=1000, progress=lambda now: now.trainings < 20, **FAST)
    assert found.interrupted and len(found.trials) < 1000


def test_the_command_finds_the_same(flowers, tmp_path):
    command = shutil.which("mlp")
    if not command:
        pytest.skip("no mlp command on the path")
    iris = str(Path(__file__).resolve().parents[2] / "examples/data/iris.csv")

    def told(*words):
        return json.loads(subprocess.run([command, *words, iris, "--target", "species", "--hidden", "8", "--epochs", "20",
                                          "--json"], check=True, capture_output=True, text=True).stdout)
    of_folds = mlp.cross_validate(iris, "species", folds=4, **FAST)
    assert {name: one["mean"] for name, one in told("cross-validate", "--folds", "4")["metrics"].items()} == pytest.approx(
        {name: one.mean for name, one in of_folds.figures.items()})
    trials = mlp.tune(iris, "species", trials=4, **FAST).trials
    assert [one["figure"] for one in told("tune", "--trials", "4")["trials"]] == pytest.approx([one.figure for one in trials])


@pytest.mark.parametrize("function, wishes, words", [
    (mlp.cross_validate, {"folds": 1}, "at least 2"), (mlp.cross_validate, {"folds": "x"}, "folds"),
    (mlp.learning_curve, {"sizes": 99}, "2"), (mlp.tune, {"trials": -1}, "^trials=-1"), (mlp.tune, {"holdout": 3}, "^holdout"),
    (mlp.tune, {"time": "1s"}, '^time="1s": give a number'),
    (mlp.tune, {"search": {"hiden": [1, 2]}}, "did you mean hidden"), (mlp.tune, {"search": {"l2": {}}}, "^search: l2"),
    (mlp.tune, {"learning_rate": -1}, "^learning_rate=-1")])
def test_wishes_that_cannot_be(flowers, function, wishes, words):
    with pytest.raises(mlp.ArgumentError, match=words):
        function(flowers, "kind", **wishes)
