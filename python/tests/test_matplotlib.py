# SPDX-License-Identifier: MIT
"""matplotlib draws every kind of figure, with the numbers, names and ranges of the library."""
import io

import numpy as np
import pytest

import mlp

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def kinds(flowers, curve):
    """A figure of each kind that shows a model."""
    X, y = curve
    rows = {"a": X[:, 0], "$b_1$": X[:, 1], "y": y}
    labels = mlp.train(flowers, "kind", hidden=8, epochs=20, seed=1, quality="fast")
    two = mlp.train({**rows, "y": np.where(y > 0, "up", "do wn")}, "y", hidden=8, epochs=20, seed=1, quality="fast")
    number = mlp.train(rows, "y", hidden=8, epochs=20, seed=1, quality="fast")
    truth = {**rows, "y": np.where(y > 0, "up", "do wn")}
    return {
        "network": labels.plot("network"), "boundary": labels.plot("boundary", flowers, x="length", y="width"),
        "response": number.plot("response", rows, x="$b_1$"), "confusion": labels.plot("confusion", flowers),
        "roc": labels.plot("roc", flowers), "precision-recall": two.plot("precision-recall", truth),
        "calibration": labels.plot("calibration", flowers), "lift": two.plot("lift", truth),
        "residuals": number.plot("residuals", rows), "predicted-actual": number.plot("predicted-actual", rows),
        "importance": number.plot("importance", rows),
    }


def test_every_kind_is_drawn(kinds):
    seen = set()
    for kind, figure in kinds.items():
        data, drawn = figure.data(), figure.matplotlib()
        picture = io.BytesIO()
        drawn.savefig(picture, format="png")
        assert picture.getvalue()[:4] == b"\x89PNG", kind
        assert drawn.get_suptitle() == data["title"].replace("$", r"\$") and tuple(drawn.get_size_inches() * 96) == (
            data["width"], data["height"])
        for panel, ax in zip(data["panels"], drawn.axes):  # the axes of colour bars follow the panels
            assert ax.get_xlabel() == (panel["x"]["label"] or "").replace("$", r"\$"), kind
            assert ax.get_title() == (panel["title"] or "").replace("$", r"\$")
            lowest, highest = sorted(ax.get_ylim())
            assert (lowest, highest) == pytest.approx((panel["y"]["lowest"], panel["y"]["highest"]))
            assert (ax.get_yscale() == "log") == panel["y"]["log"]
            seen |= {one["mark"] for one in panel["series"]}
    assert seen >= {"line", "points", "bars", "segments", "labels", "map", "regions"}


def test_lines_and_bars_are_those_of_the_library(kinds):
    for kind in ("roc", "calibration", "lift", "importance"):
        data, drawn = kinds[kind].data(), kinds[kind].matplotlib()
        for panel, ax in zip(data["panels"], drawn.axes):
            lines = [one for one in panel["series"] if one["mark"] == "line"]
            assert len(lines) == len(ax.lines)
            for one, line in zip(lines, ax.lines):
                np.testing.assert_array_equal(line.get_ydata(), np.array(one["y"], dtype=float))
                assert line.get_color() == one["colour"]
            bars = [value for one in panel["series"] if one["mark"] == "bars"
                    for value in (one["x"] if panel["y"].get("names") else one["y"])]
            patches = [patch.get_width() if panel["y"].get("names") else patch.get_height() for patch in ax.patches]
            np.testing.assert_allclose(patches, bars)


def test_names_and_shares_of_a_confusion(kinds, flowers):
    panel, ax = kinds["confusion"].data()["panels"][0], kinds["confusion"].matplotlib().axes[0]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["lily", "rose", "tulip"] == panel["x"]["names"]
    grid = next(one for one in panel["series"] if one["mark"] == "map")
    mesh = ax.collections[0].get_array()
    np.testing.assert_allclose(np.ma.filled(mesh, np.nan).ravel(), np.array(grid["value"], dtype=float))
    rows = np.array(grid["value"], dtype=float).reshape(3, 3)
    np.testing.assert_allclose(np.nansum(rows, axis=1), 1)  # shares of the true label


def test_a_figure_needs_no_window(kinds):
    import matplotlib.pyplot as plt
    before = plt.get_fignums()
    kinds["roc"].matplotlib()
    assert plt.get_fignums() == before
