# SPDX-License-Identifier: MIT
"""scikit-learn's own checks, and what they do not look at."""
import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn", minversion="1.6")

from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

import mlp  # noqa: E402

WEIGHTS = {"check_sample_weight_equivalence_on_dense_data":
           "a row of weight 2 is one row of a batch, and validates as one; two rows are two"}


@parametrize_with_checks([mlp.MLPClassifier(), mlp.MLPRegressor()], expected_failed_checks=lambda estimator: WEIGHTS)
def test_scikit_learn(estimator, check):
    check(estimator)


def test_frames_with_texts_and_holes(flowers):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(flowers)
    X, y = frame.drop(columns="kind"), frame["kind"]
    model = mlp.MLPClassifier(quality="fast", random_state=1).fit(X, y)
    assert list(model.classes_) == ["lily", "rose", "tulip"] and list(model.feature_names_in_) == list(X.columns)
    assert model.score(X, y) > 0.8
    assert np.array_equal(model.predict_proba(X.iloc[:7]), model.predict_proba(X)[:7])
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X.rename(columns={"width": "wide"}))


def test_pipelines_grids_and_folds(curve):
    X, y = curve
    grid = GridSearchCV(make_pipeline(StandardScaler(), mlp.MLPRegressor(epochs=30, random_state=1)),
                        {"mlpregressor__hidden": ["none", "16"]}, cv=3).fit(X, y)
    assert grid.best_params_ == {"mlpregressor__hidden": "16"}
    assert cross_val_score(mlp.MLPRegressor(quality="fast", random_state=1), X, y).mean() > 0.9


def test_several_targets_and_validation_of_their_own(curve):
    X, y = curve
    both = np.column_stack([y, -y])
    model = mlp.MLPRegressor(hidden=(16, 8), random_state=1, epochs=60).fit(X[:300], both[:300], eval_set=(X[300:], both[300:]))
    assert model.predict(X).shape == (400, 2)
    assert len(model.loss_curve_) == model.n_iter_


def test_weights_of_rows_and_classes_count(flowers):
    X = np.column_stack([flowers["length"], np.nan_to_num(flowers["width"])])
    y = (flowers["kind"] == "rose").astype(int)
    plain = mlp.MLPClassifier(quality="fast", random_state=1).fit(X, y).predict_proba(X)[:, 1].mean()
    weights = np.where(y == 1, 5.0, 1.0)
    for model in (mlp.MLPClassifier(quality="fast", random_state=1).fit(X, y, sample_weight=weights),
                  mlp.MLPClassifier(quality="fast", random_state=1, class_weight={1: 5.0}).fit(X, y)):
        assert model.predict_proba(X)[:, 1].mean() > plain
