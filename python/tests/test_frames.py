# SPDX-License-Identifier: MIT
"""The same rows give the same bits, whatever holds them."""
import numpy as np
import pytest

import mlp


@pytest.fixture(scope="module")
def answer(flowers):
    return mlp.train(flowers, "kind", quality="fast").predict_proba(flowers)


def assert_same(frame, answer):
    assert np.array_equal(mlp.train(frame, "kind", quality="fast").predict_proba(frame), answer)


def test_pandas(flowers, answer):
    pandas = pytest.importorskip("pandas")
    assert_same(pandas.DataFrame(flowers), answer)
    assert_same(pandas.DataFrame(flowers).astype({"colour": "category", "kind": "category"}), answer)
    assert_same(pandas.DataFrame(flowers).convert_dtypes(), answer)


def test_polars(flowers, answer):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({name: list(values) for name, values in flowers.items()}).with_columns(
        polars.col("width").fill_nan(None))
    assert_same(frame, answer)
    assert_same(frame.with_columns(polars.col("colour").cast(polars.Categorical)), answer)


def test_pyarrow(flowers, answer):
    pyarrow = pytest.importorskip("pyarrow")
    assert_same(pyarrow.table({name: pyarrow.array(list(values), from_pandas=True) for name, values in flowers.items()}), answer)


def test_duckdb(flowers, answer, tmp_path):
    duckdb, pyarrow = pytest.importorskip("duckdb"), pytest.importorskip("pyarrow")
    there = pyarrow.table({name: pyarrow.array(list(values), from_pandas=True) for name, values in flowers.items()})
    base = duckdb.connect(str(tmp_path / "flowers.duckdb"))
    base.register("there", there)
    base.execute("create table flowers as select * from there")
    assert_same(base.sql("select * from flowers"), answer)
    assert_same(base.table("flowers"), answer)
    model = mlp.train(base.sql("select length, colour, kind from flowers where width is not null"), "kind", quality="fast")
    assert model.columns == ["length", "colour"]


def test_estimators_take_every_frame(flowers):
    """The same rows of three kinds of frames train the same estimator, and each has predictions of its own."""
    pytest.importorskip("sklearn", minversion="1.6")
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    inputs = {name: values for name, values in flowers.items() if name != "kind"}
    lists = {name: [None if value is None or value != value else value for value in values] for name, values in inputs.items()}
    frames = [pandas.DataFrame(inputs), polars.DataFrame(lists, strict=False), pyarrow.table(lists)]
    answers = [mlp.MLPClassifier(quality="fast", random_state=1).fit(frame, flowers["kind"]).predict_proba(frame)
               for frame in frames]
    assert np.array_equal(answers[0], answers[1]) and np.array_equal(answers[0], answers[2])
