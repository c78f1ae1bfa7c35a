# SPDX-License-Identifier: MIT
import numpy as np
import pytest


@pytest.fixture(scope="session")
def flowers():
    """A dict of columns: three kinds that two numbers and a text mostly tell apart."""
    random = np.random.default_rng(3)
    kind = random.integers(0, 3, 240)
    return {
        "length": np.round(kind + random.normal(0, 0.4, 240), 2),
        "width": np.where(random.random(240) < 0.1, np.nan, np.round(2 * kind + random.normal(0, 0.6, 240), 2)),
        "colour": np.array(["red", "blue", None], dtype=object)[np.where(random.random(240) < 0.7, kind % 2, 2)],
        "kind": np.array(["lily", "rose", "tulip"], dtype=object)[kind],
    }


@pytest.fixture(scope="session")
def curve():
    """X and y, with y = sin 3 a + b and a little noise."""
    random = np.random.default_rng(4)
    X = random.uniform(-1, 1, (400, 2))
    return X, np.sin(3 * X[:, 0]) + X[:, 1] + random.normal(0, 0.05, 400)
