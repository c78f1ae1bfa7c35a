# SPDX-License-Identifier: MIT
"""scikit-learn's own checks of the estimators, and tests of what these checks do not cover."""
import pickle

import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn", minversion="1.6")

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

import mlp  # noqa: E402

WEIGHTS = {"check_sample_weight_equivalence_on_dense_data":
           "a row of weight 2 is one row of a batch, of the scaling and of the part that validates; two rows are two"}


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
    """X and y with two labels, of which the second is seldom the more probable one."""
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


@pytest.mark.parametrize("hole", [float("nan"), float("inf")])
def test_eval_set_has_a_target_in_every_row(curve, hole):
    X, y = curve
    wanted = y[:9].copy()
    wanted[4] = hole
    with pytest.raises(ValueError, match="^Input y of eval_set contains NaN"):
        mlp.MLPRegressor(epochs=2).fit(X, y, eval_set=(X[:9], wanted))
    with pytest.raises(ValueError, match="^Input y of eval_set contains NaN"):
        mlp.MLPClassifier(epochs=2).fit(X, (y > 0).astype(float), eval_set=(X[:9], wanted))


@pytest.mark.parametrize("hole", [float("nan"), None, float("inf")])
def test_a_target_that_is_missing_is_refused(curve, hole):
    X, y = curve
    holed = [*y[:3], hole, *y[4:]]
    kinds = [holed, np.array(holed, dtype=object), [[value, value] for value in holed]]
    try:
        import pandas
        kinds += [pandas.Series(holed, dtype="Float64"), pandas.DataFrame({"a": y, "b": holed}),
                  pandas.DataFrame({"a": y, "b": pandas.Series(holed, dtype="Float64")})]
    except ImportError:
        pass
    model = mlp.MLPRegressor(hidden=4, epochs=2)
    for given in kinds:
        for learn in (model.fit, model.partial_fit):
            with pytest.raises(ValueError, match="y contains NaN"):
                learn(X, given)


def test_a_failed_fit_leaves_no_other_model(rare):
    X, y = rare
    model = mlp.MLPClassifier(hidden=4, epochs=2).fit(X, y)
    for wrong in ({"activation": "nonsense"}, {"class_weight": {"yes": 2}}):
        model.set_params(activation=None, class_weight=None).fit(X, y)
        with pytest.raises(ValueError):
            model.set_params(**wrong).fit(X, np.where(y == "yes", "u", "v"))
        with pytest.raises(NotFittedError):
            model.predict(X)


@pytest.mark.parametrize("value", [7.0, 0.0, -1e6, 1e20])
def test_a_number_that_never_changes_is_predicted(curve, value):
    X, y = curve
    constant = np.full(len(y), value)
    model = mlp.MLPRegressor(hidden=8, epochs=20, random_state=1)
    np.testing.assert_allclose(model.fit(X, constant).predict(X), value, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(model.partial_fit(X, constant).predict(X), value, rtol=1e-3, atol=1e-3)
    both = model.set_params(epochs=60).fit(X, np.column_stack([y, constant]), eval_set=(X[:9], np.column_stack([y, constant])[:9]))
    np.testing.assert_allclose(both.predict(X)[:, 1], value, rtol=1e-3, atol=1e-3)
    assert np.corrcoef(both.predict(X)[:, 0], y)[0, 1] > 0.9


def test_what_fit_gives_is_no_option(curve):
    X, y = curve
    for name in ("target", "task", "progress"):
        with pytest.raises(ValueError, match=f"^options: {name} is set by fit itself"):
            mlp.MLPRegressor(epochs=2, options={name: "y"}).fit(X, y)
    with pytest.raises(ValueError, match="^options: validation"):
        mlp.MLPRegressor(epochs=2, options={"validation": 0.2}).fit(X, y, eval_set=(X, y))
    part = mlp.MLPRegressor(hidden=8, epochs=2, options={"validation": 0.5}).fit(X, y)
    assert part.model_.metadata["training"]["options"]["validation"] == "0.5"


# --- partial_fit -------------------------------------------------------------------------------------------------------


def test_calls_of_partial_fit_are_one_training(curve):
    """Each call continues Adam with the means of the calls before. With full batches, the order of
    the rows has no effect."""
    X, y = curve
    options = {"options": {"batch": "full", "validation": 0}, "hidden": 8, "optimizer": "adam", "quality": "fast", "random_state": 1,
               "learning_rate": 0.01}
    whole = mlp.MLPRegressor(epochs=40, **options).fit(X, y)
    calls = mlp.MLPRegressor(**options)
    for _ in range(40):
        calls.partial_fit(X, y)
    assert calls.n_iter_ == len(calls.loss_curve_) == 40
    np.testing.assert_allclose(calls.loss_curve_, whole.loss_curve_, rtol=1e-4)
    np.testing.assert_allclose(calls.predict(X), whole.predict(X), atol=1e-3)


def test_partial_fit_learns_from_parts_that_lack_classes(flowers):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(flowers).sort_values("kind", kind="stable")
    X, y = frame.drop(columns="kind"), frame["kind"]
    parts = [np.flatnonzero(y == kind)[at::4] for at in range(4) for kind in ("tulip", "lily", "rose")]
    model = mlp.MLPClassifier(hidden=8, learning_rate=0.01, random_state=1)
    first = np.arange(0, 240, 7)
    model.partial_fit(X.iloc[first], y.iloc[first], classes=["tulip", "rose", "lily"])
    for _ in range(30):
        for part in parts:
            model.partial_fit(X.iloc[part], y.iloc[part])
    assert list(model.classes_) == ["lily", "rose", "tulip"] and model.score(X, y) > 0.8
    only = mlp.MLPClassifier(hidden=8).partial_fit(X.iloc[:40], y.iloc[:40], classes=["rose", "lily", "tulip"])
    assert y.iloc[:40].nunique() == 1 and only.predict_proba(X).shape == (240, 3)
    again = pickle.loads(pickle.dumps(model)).partial_fit(X.iloc[first], y.iloc[first])
    assert np.array_equal(again.predict_proba(X), model.partial_fit(X.iloc[first], y.iloc[first]).predict_proba(X))


def test_one_row_is_a_part_too(curve):
    X, y = curve
    model = mlp.MLPRegressor(hidden=8, random_state=1).partial_fit(X[:50], y[:50], sample_weight=np.ones(50))
    before = abs(model.predict(X[60:61]) - 9)
    for _ in range(20):
        model.partial_fit(X[60:61], [9.0])
    assert abs(model.predict(X[60:61]) - 9) < before


def test_partial_fit_says_what_is_wrong(flowers, rare):
    X, y = rare
    with pytest.raises(ValueError, match="^classes must be passed on the first call to partial_fit"):
        mlp.MLPClassifier().partial_fit(X, y)
    model = mlp.MLPClassifier(hidden=4).partial_fit(X, y, classes=["yes", "no"])
    with pytest.raises(ValueError, match='^y holds the label "maybe", which is not one of no, yes'):
        model.partial_fit(X[:2], ["yes", "maybe"])
    with pytest.raises(ValueError, match="the first call of partial_fit named no, yes"):
        model.partial_fit(X, y, classes=["yes", "no", "maybe"])
    with pytest.raises(ValueError, match="^class_weight='balanced' needs all rows; give partial_fit a dict"):
        mlp.MLPClassifier(class_weight="balanced").partial_fit(X, y, classes=["yes", "no"])
    with pytest.raises(ValueError, match="^partial_fit continues one network, and this model has 2"):
        mlp.MLPClassifier(hidden=4, epochs=2, options={"members": 2}).fit(X, y).partial_fit(X, y)


def test_warm_start_goes_on(curve, rare):
    X, y = curve
    model = mlp.MLPRegressor(hidden=8, epochs=20, optimizer="adam", warm_start=True, random_state=1,
                             options={"validation": 0}).fit(X, y)
    first = model.loss_curve_
    second = model.fit(X, y).loss_curve_
    assert second[0] < first[1] and second[-1] < first[-1]
    assert mlp.MLPRegressor(warm_start=True, epochs=2).fit(X, y).fit(X, y).model_.networks == 1
    X, y = rare
    with pytest.raises(ValueError, match="^warm_start continues with the classes no, yes, and y holds a, b, c"):
        mlp.MLPClassifier(warm_start=True, epochs=2).fit(X, y).fit(X[:3], ["a", "b", "c"])


def test_callbacks_see_epochs_and_stop(curve):
    X, y = curve
    seen = []
    model = mlp.MLPRegressor(hidden=8, epochs=50, random_state=1,
                             callbacks=[seen.append, lambda now: now.epoch < 5, mlp.ProgressBar()])
    assert model.fit(X, y).n_iter_ == 5
    assert [now.epoch for now in seen] == [1, 2, 3, 4, 5]
    assert clone(model).fit(X, y).n_iter_ == 5 and "callbacks" in model._repr_html_()


# --- several labels ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def several():
    """X with two numbers, and Y with three labels: a line, and some noise, decides each of them."""
    random = np.random.default_rng(6)
    X = random.normal(size=(400, 2))
    lines = X @ np.array([[1, -1, 0.5], [1, 1, -2]]) + 0.3 * random.normal(size=(400, 3))
    return X, (lines > [0, 0.5, -1]).astype(int)


def test_each_row_has_any_number_of_labels(several):
    X, Y = several
    model = mlp.MLPClassifier(random_state=1, quality="fast").fit(X[:300], Y[:300])
    p = model.predict_proba(X[300:])
    assert p.shape == (100, 3) and (0 <= p).all() and (p <= 1).all()
    assert np.array_equal(model.predict(X[300:]), p > 0.5)
    assert (model.predict(X[300:]) == Y[300:]).mean(axis=0).min() > 0.85
    assert model.score(X[300:], Y[300:]) > 0.65
    own = [mlp.MLPClassifier(random_state=1, quality="fast").fit(X[:300], Y[:300, k]) for k in range(3)]
    apart = np.column_stack([one.predict_proba(X[300:])[:, 1] for one in own])
    assert log_loss(Y[300:], p) < log_loss(Y[300:], apart) + 0.1


def log_loss(truth, p):
    return -np.mean(np.where(truth == 1, np.log(p), np.log(1 - p)))


def test_several_labels_with_weights_validation_and_parts(several):
    X, Y = several
    model = mlp.MLPClassifier(hidden=8, epochs=30, random_state=1).fit(X, Y, sample_weight=np.arange(400), eval_set=(X[:50], Y[:50]))
    assert model.predict(X).shape == Y.shape
    parts = mlp.MLPClassifier(hidden=8, learning_rate=0.02, random_state=1)
    for _ in range(30):
        for part in range(4):
            parts.partial_fit(X[part::4], Y[part::4])
    parts.partial_fit(X[:1], Y[:1])
    assert (parts.predict(X) == Y).mean() > 0.85
    with pytest.raises(ValueError, match="^class_weight is for one label per row"):
        mlp.MLPClassifier(class_weight="balanced").fit(X, Y)
    with pytest.raises(ValueError, match="^class_weight is for one label per row"):
        mlp.MLPClassifier(class_weight="balanced").partial_fit(X, Y)
    with pytest.raises(ValueError, match="^predict_set is for one label per row"):
        model.predict_set(X)


def test_folds_may_lack_a_rare_label(several):
    X, Y = several
    rare = np.column_stack([Y, np.arange(400) == 7, np.arange(400) != 7]).astype(int)
    model = mlp.MLPClassifier(hidden=8, epochs=30, random_state=1)
    assert cross_val_score(model, X, rare, cv=4, error_score="raise").min() > 0.4
    assert (model.fit(X[100:], rare[100:]).predict(X)[:, 3:] == [0, 1]).all()
