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
