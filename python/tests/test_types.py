# SPDX-License-Identifier: MIT
"""The package's stubs agree with its code, and a user's program passes the strictest check."""
import re
import subprocess
import sys

import pytest

pytest.importorskip("mypy")
pytest.importorskip("sklearn", minversion="1.7")

PROGRAM = """
import numpy as np
import mlp
from mlp import MLPClassifier, MLPRegressor
from mlp.compat import MLPClassifier as Theirs


def told(now: mlp.Progress) -> bool:
    return bool(now.epoch < 10)


x = np.linspace(0, 1, 100)
model: mlp.Model = mlp.train({"x": x, "y": np.sin(x)}, "y", hidden=[64, 32], learning_rate=0.01, batch_norm=True, progress=told)
lower, upper = model.predict_interval(x[:, None], coverage=0.8)
widest: float = float((upper - lower).max())
table: mlp.Table = mlp.read("iris.csv", missing=["unknown", "-999"])
accuracy: float = mlp.cross_validate("iris.csv", "species", folds=3, progress=True).figures["accuracy"].mean
best: dict[str, object] = mlp.tune("iris.csv", "species", trials=4, search={"learning_rate": (0.001, 0.1)}).best
rows: list[float] = [step.rows for step in mlp.learning_curve("iris.csv", "species").steps]
small: mlp.Shrinking = mlp.shrink(model, "iris.csv", max_flash="8K", require={"accuracy": 0.96}, integer=8, epochs=20)
bytes_of_c: int | None = small.chosen.flash
classifier: MLPClassifier = MLPClassifier(quality="fast", callbacks=[told, mlp.ProgressBar()]).fit(x[:, None], x > 0.5)
shape: tuple[int, ...] = classifier.partial_fit(x[:, None], x > 0.5).predict_proba(x[:, None]).shape
score: float = MLPRegressor(hidden=8).fit(x[:, None], x).score(x[:, None], x)
weights = Theirs(hidden_layer_sizes=(5,), max_iter=3).fit(x[:, None], x > 0.5).coefs_[0]
try:
    mlp.load("model.mlp").export("model.onnx", overwrite=True)
except mlp.ModelError as refusal:
    print(str(refusal), model.plot("network").draw("png")[:4], weights.shape, widest, accuracy, best, rows, shape, score)
"""
WRONG = {
    "mlp.train({}, 'y', progress=3)": "arg-type", "mlp.load(3)": "arg-type", "mlp.load('m').predct([])": "attr-defined",
    "mlp.MLPClassifier(quality=3)": "arg-type", "mlp.train({}, 'y', hidden={})": "arg-type",
    "mlp.read('iris.csv', missing=-999)": "arg-type",
}


def check(folder, text):
    (folder / "program.py").write_text(text)
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "program.py"], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_a_users_program_is_strictly_typed(tmp_path):
    assert check(tmp_path, PROGRAM).startswith("Success")


def test_what_is_wrong_is_found(tmp_path):
    told = check(tmp_path, "import mlp\n" + "\n".join(WRONG))
    for number, kind in enumerate(WRONG.values(), 2):
        assert re.search(rf"program.py:{number}: error: .*\[{kind}\]", told), told


# Names that scikit-learn adds, and names that a type checker need not know.
OF_OTHERS = re.compile(r"mlp\._|mlp\.libmlp |.*(set_\w+_request|__sklearn_tags__|__match_args__|_repr_\w+_|metaclass differs)|"
                       r"mlp\.\w+\._\w+|mlp\.\w+\.[A-Z_]+ is not present in stub$")


def test_stubs_are_what_is_there(tmp_path):
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_missing_imports = True\n")
    done = subprocess.run([sys.executable, "-m", "mypy.stubtest", "mlp", "--concise", "--mypy-config-file", "mypy.ini"],
                          cwd=tmp_path, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if line and not OF_OTHERS.match(line)] == []
    assert "not checking stubs" not in done.stdout
