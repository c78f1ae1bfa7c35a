# SPDX-License-Identifier: MIT
"""Small networks are within their bounds, and the same as the command's; errors are in terms of
Python."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import mlp

FAST = {"epochs": 30, "seed": 3}


@pytest.fixture(scope="module")
def big(flowers):
    return mlp.train(flowers, "kind", hidden=[24, 12], members=2, **FAST)


def test_a_small_network_is_the_best_within_its_bounds(flowers, big):
    found = mlp.shrink(big, flowers, max_parameters=60, max_flash="8K", integer=8, metric="accuracy", **FAST)
    assert found.figure == "accuracy" and found.chosen in found.sizes and not found.interrupted
    assert all(one.parameters <= 60 and one.flash <= 8192 for one in found.sizes)
    assert found.chosen.figure == max(one.figure for one in found.sizes)
    assert [one.parameters for one in found.sizes] == sorted(one.parameters for one in found.sizes)
    assert found.model.parameters == found.chosen.parameters < found.teacher.parameters == big.parameters
    assert found.rows["training"] + found.rows["held_out"] == 240 and found.rows["mixed"] == 2 * found.rows["training"]
    assert set(found.model.predict(flowers)) <= set(flowers["kind"])
    assert repr(found).startswith(f"<mlp.Shrinking of {len(found.sizes)} sizes: hidden {found.chosen.hidden}, ")


def test_the_figure_is_that_of_the_rows_held_out(flowers, big):
    held_out = {name: values[:80] for name, values in flowers.items()}
    found = mlp.shrink(big, {name: values[80:] for name, values in flowers.items()}, held_out, max_parameters=50,
                       metric="accuracy", **FAST)
    assert found.chosen.figure == pytest.approx(found.model.evaluate(held_out)["accuracy"])
    assert found.teacher.figure == pytest.approx(big.evaluate(held_out)["accuracy"]) and found.rows["held_out"] == 80


def test_columns_that_are_needed_least_are_left_out(flowers, big):
    found = mlp.shrink(big, flowers, max_parameters=60, max_columns=2, **FAST)
    assert len(found.model.columns) == 2 and set(found.model.columns) < set(big.columns)
    bare = {name: values for name, values in flowers.items() if name in found.model.columns}
    assert list(found.model.predict(bare)) == list(found.model.predict(flowers))


def test_what_is_required_is_held_or_said(flowers, big):
    held = mlp.shrink(big, flowers, require={"accuracy": 0.5}, **FAST)
    assert held.chosen.holds and held.chosen.figure >= 0.5
    assert not any(one.holds for one in held.sizes if one.parameters < held.chosen.parameters)
    assert not mlp.shrink(big, flowers, max_parameters=20, require="log_loss=0", **FAST).chosen.holds


def test_the_command_makes_the_same(flowers, big, tmp_path):
    command = os.environ.get("MLP") or shutil.which("mlp")
    if not command:
        pytest.skip("there is no command mlp")
    big.save(tmp_path / "big.mlp")
    with open(tmp_path / "flowers.csv", "w", encoding="utf-8") as file:
        file.write(",".join(flowers) + "\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in zip(*flowers.values()))
    mine = mlp.shrink(big, tmp_path / "flowers.csv", max_parameters=50, **FAST)
    told = subprocess.run([command, "shrink", "big.mlp", "flowers.csv", "--max-parameters", "50", "--epochs", "30", "--seed", "3",
                           "-o", "small.mlp", "--json"], cwd=tmp_path, check=True, capture_output=True).stdout
    chosen = json.loads(told)["chosen"]
    assert (mine.chosen.hidden, mine.chosen.figure) == (chosen["hidden"], chosen["figure"])
    theirs = mlp.load(tmp_path / "small.mlp")
    assert np.array_equal(mine.model.predict_proba(tmp_path / "flowers.csv"), theirs.predict_proba(tmp_path / "flowers.csv"))


def test_progress_is_told_and_stops(flowers, big):
    seen = []
    mlp.shrink(big, flowers, max_parameters=50, progress=seen.append, **FAST)
    assert max(now.networks for now in seen) > 3 and all(now.network <= now.networks for now in seen)
    stopped = mlp.shrink(big, flowers, max_parameters=50, progress=lambda now: now.epoch < 3, threads=1, **FAST)
    assert stopped.interrupted and any(np.isnan(one.figure) for one in stopped.sizes)
    with pytest.raises(ZeroDivisionError):
        mlp.shrink(big, flowers, max_parameters=50, progress=lambda now: 1 / 0, **FAST)


def test_what_is_wrong_is_said_in_pythons_words(flowers, big):
    for wrong, says in (({}, "max_flash"), ({"max_flash": 100}, "max_flash"), ({"max_flash": "much"}, "max_flash"),
                        ({"max_parameters": 50, "integer": 7}, "integer"), ({"require": ["speed=1"]}, "require")):
        with pytest.raises(mlp.ArgumentError) as refusal:
            mlp.shrink(big, flowers, **wrong, **FAST)
        assert says in str(refusal.value) and "`" not in str(refusal.value)
    for name in ("hidden", "target", "folds"):
        with pytest.raises(mlp.ArgumentError, match=f"^{name}= is not a setting of shrink"):
            mlp.shrink(big, flowers, max_parameters=50, **{name: 3})
    with pytest.raises(mlp.ArgumentError, match="^model is a Model, and not a str"):
        mlp.shrink("big.mlp", flowers, max_parameters=50)
    fewer = {name: [value for value, kind in zip(values, flowers["kind"]) if kind != "tulip"] for name, values in flowers.items()}
    with pytest.raises(mlp.DataError, match='label "tulip" of "kind" is only in rows that are held out'):
        mlp.shrink(big, fewer, flowers, max_parameters=50, **FAST)
