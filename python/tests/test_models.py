# SPDX-License-Identifier: MIT
"""Models, with NumPy as the only other package."""
import copy
import csv
import os
import pickle
import shutil
import signal
import subprocess
import threading

import numpy as np
import pytest

import mlp
from mlp._errors import in_python


def write(path, columns):
    with open(path, "w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(columns)
        lines.writerows([["" if v is None or v != v else v for v in row] for row in zip(*columns.values())])
    return path


@pytest.fixture(scope="module")
def model(flowers):
    return mlp.train(flowers, "kind", quality="fast")


def test_columns_and_their_file_give_the_same_model(flowers, model, tmp_path):
    of_file = mlp.train(write(tmp_path / "flowers.csv", flowers), "kind", quality="fast")
    assert np.array_equal(of_file.predict_proba(flowers), model.predict_proba(flowers))
    assert of_file.metadata["pipeline"] == model.metadata["pipeline"]


def test_answers_are_labels_and_probabilities(flowers, model):
    p = model.predict_proba(flowers)
    assert model.labels == ["lily", "rose", "tulip"]
    assert p.shape == (240, 3) and np.allclose(p.sum(axis=1), 1)
    assert list(model.predict(flowers)) == [model.labels[k] for k in p.argmax(axis=1)]
    assert mlp.evaluate(model, flowers) == model.evaluate(flowers)
    assert model.evaluate(flowers)["accuracy"] == np.mean(model.predict(flowers) == flowers["kind"])


def test_a_file_bytes_pickles_and_copies_are_the_model(flowers, model, tmp_path):
    p = model.predict_proba(flowers)
    model.save(tmp_path / "m.mlp")
    with pytest.raises(mlp.OutputError):
        model.save(tmp_path / "m.mlp")
    for other in (mlp.load(tmp_path / "m.mlp"), mlp.Model.from_bytes(model.to_bytes()), pickle.loads(pickle.dumps(model)),
                  copy.deepcopy(model)):
        assert np.array_equal(other.predict_proba(flowers), p)


def test_the_label_that_is_looked_for_is_kept(curve):
    X, y = curve
    table = {"x1": X[:, 0], "x2": X[:, 1], "y": np.where(y > 1 + np.arange(400) % 3, "a", "b")}  # a is rare, and x does not determine y
    first = mlp.train(table, "y", quality="fast", label="a")
    usual = mlp.train(table, "y", quality="fast")
    assert (first.looked_for, usual.looked_for) == ("a", "b")
    assert np.array_equal(first.predict_proba(table), usual.predict_proba(table))
    assert first.evaluate(table)["average_precision"] != usual.evaluate(table)["average_precision"]
    kept = pickle.loads(pickle.dumps(first))
    assert kept.looked_for == "a" and kept.evaluate(table) == first.evaluate(table)
    usual.looked_for = "a"
    assert usual.evaluate(table) == first.evaluate(table)
    with pytest.raises(ValueError):
        usual.looked_for = "c"
    assert usual.looked_for == "a"


def test_rows_of_numbers_are_the_same_as_a_table_of_them(curve):
    X, y = curve
    table = {"x1": X[:, 0], "x2": X[:, 1], "y": y}
    model = mlp.train(table, "y", quality="fast")
    assert np.array_equal(model.predict(X), model.predict(table))
    assert np.array_equal(model.predict(X[:, ::-1][:, ::-1]), model.predict(table))
    assert np.array_equal(model.predict(X.astype("f4")), model.predict(X.astype("f4").astype("f8")))


def test_intervals_hold_about_as_often_as_they_say(curve):
    X, y = curve
    model = mlp.train({"x1": X[:300, 0], "x2": X[:300, 1], "y": y[:300]}, "y")
    assert model.networks >= 5
    lower, upper = model.predict_interval(X[300:], 0.8)
    assert 0.6 < np.mean((lower <= y[300:]) & (y[300:] <= upper)) < 0.95


def test_sets_hold_the_likeliest_label(flowers):
    model = mlp.train(flowers, "kind", folds=3, epochs=20)
    holds = model.predict_set(flowers, 0.9)
    assert holds[np.arange(240), model.predict_proba(flowers).argmax(axis=1)].all()
    assert np.mean(holds[np.arange(240), [model.labels.index(k) for k in flowers["kind"]]]) > 0.8


def test_errors_are_sentences_in_python_words(flowers):
    with pytest.raises(mlp.ArgumentError, match=r"^learning_rate=-1: "):
        mlp.train(flowers, "kind", learning_rate=-1)
    with pytest.raises(mlp.ArgumentError, match="learning_rat"):
        mlp.train(flowers, "kind", learning_rat=1)
    with pytest.raises(mlp.DataError, match='did you mean "kind"'):
        mlp.train(flowers, "kid")
    with pytest.raises(mlp.ModelError):
        mlp.Model.from_bytes(b"no model")
    with pytest.raises(mlp.DataError, match="has 2 rows"):
        mlp.train({"a": [1, 2, 3], "b": [1, 2]}, "a")
    with pytest.raises(ValueError):  # errors are also those that Python programs expect
        mlp.load("no/such/file.mlp")


def test_progress_stops_and_its_exceptions_come_through(flowers):
    seen = []
    model = mlp.train(flowers, "kind", hidden="8", epochs=50, patience=0, progress=lambda now: seen.append(now) or now.epoch < 5)
    assert [now.epoch for now in seen] == [1, 2, 3, 4, 5]
    assert model.metadata["training"]["epochs"] == 5
    with pytest.raises(ZeroDivisionError):
        mlp.train(flowers, "kind", hidden="8", progress=lambda now: 1 / 0)


def test_ctrl_c_keeps_the_best_so_far(flowers):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore SIGINT

    def press(now):
        if now.epoch == 10:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    model = mlp.train(flowers, "kind", hidden="8", epochs=1000000, patience=0, progress=press)
    assert 10 <= model.metadata["training"]["epochs"] < 1000000


def test_a_model_serves_several_threads(flowers, model):
    wanted, found = model.predict_proba(flowers), []
    threads = [threading.Thread(target=lambda: found.append(model.predict_proba(flowers, threads=1))) for _ in range(8)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert len(found) == 8 and all(np.array_equal(p, wanted) for p in found)


def test_the_column_that_tells_most_is_the_most_important(curve):
    X, y = curve
    model = mlp.train({"x1": X[:, 0], "noise": X[::-1, 1].copy(), "x2": X[:, 1], "y": y}, "y", quality="fast")
    found = model.importance({"x1": X[:, 0], "noise": X[::-1, 1].copy(), "x2": X[:, 1], "y": y})
    assert list(found)[-1] == "noise" and found["x1"] > 10 * abs(found["noise"])


def test_importance_of_one_target_is_its_own(curve):
    X, _ = curve
    data = {"x1": X[:, 0], "x2": X[:, 1], "y": X[:, 0], "z": 10 * X[:, 1]}
    model = mlp.train(data, ["y", "z"], hidden="none", optimizer="lbfgs")
    of_y, of_z, both = (model.importance(data, target=target) for target in ("y", "z", None))
    assert list(of_y) == ["x1", "x2"] and list(of_z) == list(both) == ["x2", "x1"]
    assert all(abs(both[name] - (of_y[name] + of_z[name]) / 2) < 1e-9 for name in both)
    with pytest.raises(mlp.ArgumentError, match='no target "x1"'):
        model.importance(data, target="x1")


def test_models_are_exported_whole(flowers, model, tmp_path):
    model.export(tmp_path / "m.onnx")
    assert b"tulip" in (tmp_path / "m.onnx").read_bytes()
    with pytest.raises(mlp.ArgumentError, match="matrix"):
        model.export(tmp_path / "x.onnx", matrix=True)
    model.export(tmp_path / "m.c", flowers)
    if shutil.which("cc"):
        subprocess.run(["cc", "-std=c99", "-DMLP_SELF_TEST", "m.c", "-lm", "-o", "test"], cwd=tmp_path, check=True)
        assert subprocess.run([tmp_path / "test"]).returncode == 0
    for name, holds in (("m.js", b"module.exports"), ("m.mjs", b"export default"), ("m.html", b"<main")):
        model.export(tmp_path / name, flowers)
        assert holds in (tmp_path / name).read_bytes()
    if shutil.which("node"):
        proof = "process.exit(require('./m.js').selfTest(console.log) ? 0 : 1)"
        assert subprocess.run(["node", "-e", proof], cwd=tmp_path).returncode == 0
    with pytest.raises(mlp.OutputError, match="overwrite=True"):
        model.export(tmp_path / "m.c")
    model.export(tmp_path / "m.c", flowers, overwrite=True, integer=8, math="own")
    assert "int8_t" in (tmp_path / "m.c").read_text()
    with pytest.raises(mlp.ArgumentError, match="8 or 16"):
        model.export(tmp_path / "n.c", flowers, integer=12)
    with pytest.raises(mlp.ArgumentError, match="digits"):
        model.export(tmp_path / "n.c", digits=3)
    for option in ({"module": "yes"}, {"name": "other"}):  # the ending and the path decide these
        with pytest.raises(mlp.ArgumentError, match="is not an option of export, which takes coverage, math, integer"):
            model.export(tmp_path / "n.c", **option)
    with pytest.raises(mlp.ArgumentError, match="^integer=True: a number or a text"):
        model.export(tmp_path / "n.c", flowers, integer=True)
    with pytest.raises(mlp.ArgumentError, match="^data= .* no effect on ONNX"):
        model.export(tmp_path / "n.onnx", flowers)
    with pytest.raises(mlp.ArgumentError, match="integer="):
        model.export(tmp_path / "n.onnx", integer=8)
    with pytest.raises(mlp.ArgumentError, match="^weights= is for a model as ONNX, and has no effect on C"):
        model.export(tmp_path / "n.c", weights="float16")
    with pytest.raises(mlp.ArgumentError, match="float8"):
        model.export(tmp_path / "n.onnx", weights="float8")
    with pytest.raises(mlp.ArgumentError, match="need rows that the networks never saw"):
        model.export(tmp_path / "n.onnx", coverage=0.8)
    model.export(tmp_path / "h.onnx", weights="float16")
    assert (tmp_path / "h.onnx").stat().st_size < (tmp_path / "m.onnx").stat().st_size
    assert not list(tmp_path.glob("n.*"))
    with pytest.raises(mlp.ArgumentError, match=".onnx"):
        model.export(tmp_path / "m.pmml")


def test_networks_of_others_become_models():
    golden = os.path.join(os.path.dirname(__file__), "../../tests/golden/networks/")
    model = mlp.import_onnx(golden + "skl-standard.onnx", columns=["a", "b", "c", "d"], target="kind")
    assert (model.columns, model.labels[0]) == (["a", "b", "c", "d"], "setosa")
    wanted = np.loadtxt(golden + "torch-logits-old.csv", delimiter=",", skiprows=1)
    other = mlp.import_onnx(golden + "torch-logits-old.onnx", task="classification", label_names=["low", "mid", "high"])
    given = {f"x{i + 1}": wanted[:, i] for i in range(4)}
    assert np.allclose(other.predict_proba(given), wanted[:, 4:], atol=1e-6)
    assert set(other.predict(given)) <= {"low", "mid", "high"}
    with pytest.raises(mlp.ArgumentError, match="label_names"):
        mlp.import_onnx(golden + "torch-logits-old.onnx", task="classification", label_names="low")
    with pytest.raises(mlp.ModelError, match="not an ONNX"):
        mlp.import_onnx(golden + "versions.txt")


def test_pictures_and_pages(flowers, model, tmp_path):
    if not shutil.which("gnuplot"):
        pytest.skip("no gnuplot")
    figure = model.plot("boundary", flowers, x="length", y="width", title="Flowers & more")
    assert figure.title == "Flowers & more" and figure._repr_svg_().startswith("<?xml")
    assert figure.draw("png")[:4] == b"\x89PNG"
    with pytest.raises(mlp.ArgumentError, match="boundary"):
        model.plot("bondary", flowers)
    model.report(flowers, tmp_path / "page.html")
    assert "<html" in (tmp_path / "page.html").read_text()


def test_options_tell_of_themselves():
    assert mlp.options()["learning_rate"][1] and "`" not in mlp.options()["quality"][1]


def test_dates_and_truth_values_are_columns(flowers):
    days = np.datetime64("2024-01-01") + np.arange(240)
    model = mlp.train({"day": days, "yes": np.arange(240) % 2 == 0, "y": np.arange(240) % 7}, "y", quality="fast",
                      task="regression")
    assert model.columns == ["day", "yes"]


def test_parts_of_a_second_are_kept():
    parts = np.array([0, 125, 250, 500, 750, 875] * 10)
    second = np.datetime64("2024-01-01T10:00:00")

    def answers(times):
        return mlp.train({"time": times, "y": parts / 1000}, "y", hidden="4", epochs=20, folds=0).predict({"time": times})
    written = answers([f"2024-01-01T10:00:00.{part:03}" for part in parts])
    assert len(set(written)) == 6
    for unit in ("ms", "us", "ns"):
        assert np.array_equal(answers((second + parts * np.timedelta64(1, "ms")).astype(f"M8[{unit}]")), written)


def test_years_and_months_are_dates():
    months = np.arange("2020-01", "2025-01", dtype="M8[M]")
    for dates in (months, months.astype("M8[Y]"), months.astype("M8[D]")):
        model = mlp.train({"date": dates, "y": np.arange(60.0)}, "y", hidden="4", epochs=2, folds=0)
        assert model.metadata["pipeline"]["features"][0]["kind"] == "time"


def test_texts_are_whole_or_refused(flowers):
    y = np.arange(4.0)
    with pytest.raises(mlp.DataError, match="the name of a column.* holds the character 0"):
        mlp.train({"a\0b": y, "y": y}, "y")
    with pytest.raises(mlp.DataError, match="a text in column 'a'.* holds the character 0"):
        mlp.train({"a": ["u\0v", "u", "w", None], "y": y}, "y")
    with pytest.raises(mlp.DataError, match="not a text that UTF-8"):
        mlp.train({"a": ["\ud800", "u", "w", None], "y": y}, "y")
    pandas = pytest.importorskip("pandas")
    with pytest.raises(mlp.DataError, match="a category in column 'a'.* holds the character 0"):
        mlp.train(pandas.DataFrame({"a": pandas.Categorical(["u\0v", "u", "w", "w"]), "y": y}), "y")


def test_options_are_what_numpy_and_lists_hold(flowers):
    plain = mlp.train(flowers, "kind", hidden="8,4", epochs=3, learning_rate=0.5, folds=0, validation=0.25)
    assert mlp.train(flowers, "kind", hidden=8, epochs=3).to_bytes() == mlp.train(flowers, "kind", hidden="8", epochs=3).to_bytes()
    for hidden in ([8, 4], (8, 4), np.array([8, 4])):
        same = mlp.train(flowers, "kind", np.float64(0.25), hidden=hidden, epochs=np.int64(3), learning_rate=np.float32(0.5),
                         folds=np.uint8(0))
        assert same.to_bytes() == plain.to_bytes()
    dropped = mlp.train(flowers, "kind", hidden="8", epochs=3, drop=np.array(["colour", "width"]))
    assert dropped.columns == ["length"]
    with pytest.raises(mlp.ArgumentError, match="^epochs: a text, a number, .* and not a dict"):
        mlp.train(flowers, "kind", epochs={})
    with pytest.raises(mlp.ArgumentError, match="^learning_rate=nan: give a number"):
        mlp.train(flowers, "kind", learning_rate=np.nan)
    with pytest.raises(mlp.ArgumentError, match="^initial is a Model, and not a str; mlp.load"):
        mlp.train(flowers, "kind", initial="m.mlp")


def test_both_files_of_an_export_are_written_or_none(model, tmp_path):
    for there, other in (("m.c", "m.h"), ("m.h", "m.c")):
        (tmp_path / there).write_text("mine")
        with pytest.raises(mlp.OutputError, match=f"{there} exists; overwrite=True"):
            model.export(tmp_path / "m.c")
        assert not (tmp_path / other).exists() and (tmp_path / there).read_text() == "mine"
        (tmp_path / there).unlink()


@pytest.mark.parametrize("value", ["nonsense", -1, 1e300, True, ["a", "b"], "", 0.5])
def test_no_sentence_about_an_option_is_of_the_command(flowers, curve, value, tmp_path, monkeypatch):
    """Errors and notices about every option have underscores instead of dashes, no backquotes, and
    True instead of yes."""
    monkeypatch.chdir(tmp_path)  # some options name files
    X, y = curve
    tables = {"kind": flowers, "y": {"a": X[:, 0], "y": y}}
    names = [name for name in mlp.options() if name not in ("target", "validation")]
    dashed = [name.replace("_", "-") for name in names if "_" in name]
    for name in names:
        for target, table in tables.items():
            try:
                told = mlp.train(table, target, **{"hidden": 2, "epochs": 2, name: value}).notices
            except mlp.MlpError as refusal:
                told = [str(refusal)]
            for sentence in told:
                assert "`" not in sentence and "--" not in sentence, sentence
                assert not any(word in sentence for word in dashed), sentence
                assert not (sentence.startswith(f"{name} ") and value is True and " yes" in sentence), sentence


def test_what_was_given_is_shown_as_it_was(flowers):
    for options, words in (({"batch_norm": "maybe"}, "batch_norm='maybe': give True or False"),
                           ({"task": "sorting"}, "task='sorting': give auto"), ({"activation": True}, "activation=True is not known"),
                           ({"learning_rat": 1}, 'no training option "learning_rat"; did you mean learning_rate?')):
        with pytest.raises(mlp.ArgumentError) as refusal:
            mlp.train(flowers, "kind", **options)
        assert words in str(refusal.value)


def test_columns_have_numbers_from_1(flowers):
    assert mlp.train(flowers, 4, hidden=4, epochs=2).targets == ["kind"]


@pytest.mark.parametrize("sentence, wanted", [
    ("`learning-rate` -1: give a number", "learning_rate=-1: give a number"),
    ("choose a smaller `learning-rate` than 1e-05, or `clip-norm` 1", "choose a smaller learning_rate than 1e-05, or clip_norm=1"),
    ("as asked for by `task`.", "as asked for by task."),
    ("`quality` good trains with `folds`: no", "quality good trains with folds: no"),
    ("use for instance `hidden` 96,48, or less", 'use for instance hidden="96,48", or less'),
    ("`memory` 512M is too little", 'memory="512M" is too little'),
    ('list it with `missing` "n/a", or', 'list it with missing="n/a", or'),
    ("try `separator` ';'.", "try separator=';'."),
    ("leave it out with `drop` floor, or", 'leave it out with drop="floor", or'),
    ('leave it out with `drop` "size m2".', 'leave it out with drop="size m2".'),
])
def test_options_in_sentences_are_python(sentence, wanted):
    assert in_python(sentence) == wanted


def test_notices_name_options(flowers):
    assert "Classification: asked for by task." in mlp.train(flowers, "kind", epochs=2, hidden="4", task="classification").notices


@pytest.mark.parametrize("ask", [lambda: mlp.load("there is none.mlp"), lambda: mlp.read("there is none.csv"),
                                 lambda: mlp.train("there is none.csv", "y")])
def test_a_file_that_is_missing_is_python_s_own_error(ask):
    with pytest.raises(FileNotFoundError, match="there is none"):
        ask()


def test_values_in_place_of_the_name_of_a_column_are_refused_with_the_way_out():
    with pytest.raises(mlp.ArgumentError, match="names a column.*fit"):
        mlp.train(np.eye(4), np.array(["a", "b", "a", "b"]))


def test_a_file_that_validates_is_read_as_the_data_are(tmp_path):
    rows = [(200 + i * 79 % 1800, i % 7) for i in range(300)]
    answers = []
    for mark in ".", "":
        grouped = [f"{s // 1000}{mark}{s % 1000:03}" if s >= 1000 else str(s) for s, _ in rows]
        (tmp_path / "data.csv").write_text("size;b;y\n" + "".join(f"{g};{b},5;{s},5\n" for g, (s, b) in zip(grouped, rows)))
        (tmp_path / "others.csv").write_text(
            "size;b;y\n" + "".join(f"{g};{b};{s}\n" for g, (s, b) in zip(grouped, rows) if s >= 1000))
        model = mlp.train(tmp_path / "data.csv", "y", validation=tmp_path / "others.csv", hidden=4, seed=3)
        answers.append(model.predict({"size": [300.0, 1638.0], "b": [1.5, 2.5]}))
    np.testing.assert_array_equal(*answers)
