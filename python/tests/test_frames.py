# SPDX-License-Identifier: MIT
"""The same rows give the same predictions, bit for bit, from any kind of frame."""
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
    """Three kinds of frames with the same rows train the same estimator, which predicts from each
    kind."""
    pytest.importorskip("sklearn", minversion="1.6")
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    inputs = {name: values for name, values in flowers.items() if name != "kind"}
    lists = {name: [None if value is None or value != value else value for value in values] for name, values in inputs.items()}
    frames = [pandas.DataFrame(inputs), polars.DataFrame(lists, strict=False), pyarrow.table(lists)]
    answers = [mlp.MLPClassifier(quality="fast", random_state=1).fit(frame, flowers["kind"]).predict_proba(frame)
               for frame in frames]
    assert np.array_equal(answers[0], answers[1]) and np.array_equal(answers[0], answers[2])


def test_texts_that_mean_no_value_are_said_and_kept(flowers, tmp_path):
    def file(none):
        lines = ["length,width,colour,kind"]
        for length, width, colour, kind in zip(*flowers.values()):
            lines.append(f"{length},{none if np.isnan(width) else width},{colour or none},{kind}")
        path = tmp_path / f"{none}.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    usual, own = file("NA"), file("-999")
    model = mlp.train(mlp.read(usual), "kind", quality="fast", epochs=3, seed=1)
    for missing in ("-999", ["unknown", "-999"], ("-999",), {"-999"}):
        same = mlp.train(mlp.read(own, missing=missing), "kind", quality="fast", epochs=3, seed=1)
        np.testing.assert_array_equal(same.predict_proba(flowers), model.predict_proba(flowers))
    # A file to predict is read like the file of training.
    np.testing.assert_array_equal(same.predict_proba(own), model.predict_proba(usual))
    assert same.evaluate(own) == same.evaluate(mlp.read(own, missing="-999")) == model.evaluate(usual)
    again = mlp.Model.from_bytes(same.to_bytes())
    del same
    np.testing.assert_array_equal(again.predict_proba(own), model.predict_proba(usual))
    assert (model.predict_proba(own) != model.predict_proba(usual)).any()  # for it, -999 is a number
    for missing in (-999, [-999], None, b"-999"):
        with pytest.raises(mlp.ArgumentError, match="missing=.*list of texts"):
            mlp.read(own, missing=missing)
