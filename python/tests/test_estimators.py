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


@pytest.fixture(scope="module")
def rare():
    """Two labels, of which the second is seldom the likelier one: X, y."""
    random = np.random.default_rng(5)
    X = random.normal(size=(300, 2))
    return X, np.where(X[:, 0] + 0.7 * random.normal(size=300) > 1, "yes", "no")


def test_the_threshold_of_the_model_decides(rare):
    X, y = rare
    options = {"threshold": "f1", "folds": 3}
    model = mlp.MLPClassifier(hidden=8, epochs=20, random_state=1, options=options).fit(X, y)
    assert list(model.predict(X) == "yes") == [label == "c1" for label in model.model_.predict(X)]
    assert (model.predict(X) != model.classes_[model.predict_proba(X).argmax(axis=1)]).any()


def test_a_row_without_a_prediction_gets_no_label(rare):
    X, y = rare
    model = mlp.MLPClassifier(hidden=8, epochs=5, random_state=1).fit(X, y)
    far = X.copy()
    far[7] = 1e300
    assert np.isnan(model.predict_proba(far)[7]).all()
    with pytest.raises(ValueError, match=r"^X\[7\] has no prediction"):
        model.predict(far)


def test_no_name_of_a_column_is_taken(curve):
    pandas = pytest.importorskip("pandas")
    X, y = curve
    both, weights = np.column_stack([y, -y]), np.arange(400.0)

    def answers(names):
        frame = pandas.DataFrame(X, columns=names)
        model = mlp.MLPRegressor(hidden=8, epochs=5, random_state=1).fit(frame, both, weights, (frame[:90], both[:90]))
        kinds = mlp.MLPClassifier(hidden=8, epochs=5, random_state=1).fit(frame, y > 0, eval_set=(frame[:90], y[:90] > 0))
        return np.column_stack([model.predict(frame), kinds.predict_proba(frame)])
    plain = answers(["a", "b"])
    for names in (["y", "y2"], ["sample weight", "y_"], ["y", "y_"], ["y1_", "y2"]):
        assert np.array_equal(answers(names), plain)


def test_labels_that_are_not_there_are_named(rare):
    X, y = rare
    with pytest.raises(ValueError, match='class_weight: no row of y has the label "zz"'):
        mlp.MLPClassifier(epochs=2, class_weight={"zz": 2}).fit(X, y)
    with pytest.raises(ValueError, match='eval_set holds the label "zz"'):
        mlp.MLPClassifier(epochs=2).fit(X, y, eval_set=(X[:2], ["yes", "zz"]))


def test_what_fit_gives_is_no_option(curve):
    X, y = curve
    for name in ("target", "task", "progress"):
        with pytest.raises(ValueError, match=f"^options: {name} is what fit itself gives"):
            mlp.MLPRegressor(epochs=2, options={name: "y"}).fit(X, y)
    with pytest.raises(ValueError, match="^options: validation"):
        mlp.MLPRegressor(epochs=2, options={"validation": 0.2}).fit(X, y, eval_set=(X, y))
    part = mlp.MLPRegressor(hidden=8, epochs=2, options={"validation": 0.5}).fit(X, y)
    assert part.model_.metadata["training"]["options"]["validation"] == "0.5"
