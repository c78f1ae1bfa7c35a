#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare.py MLP MODEL DATA: exports the model as ONNX, lets onnx check it and onnxruntime run it, on rows of the data
and on rows made from them (missing cells, unknown texts, extreme numbers), and compares labels, probabilities, values,
sets of labels and ends of intervals with those of `mlp predict`. Numbers are first rounded to float, the type of ONNX
inputs, except with --as-is.

Prints the largest difference |a - b| / (u + |b|), where u is 1 for probabilities, and for quantities the deviation of the
values. Exits with 1 if it is beyond --within, 1e-5 (ten times that in rows with extreme numbers, thousands of deviations
away, where rounding errors of float add up), if a label differs and is not a near tie, or if only one of the two has a
prediction. --weights float16: weights are rounded, and a copy of the file with the same weights as 32-bit floats must give
the same numbers, too."""
import argparse, csv, datetime, json, math, os, random, re, subprocess, sys, tempfile

import numpy as np
import onnx
import onnxruntime

MISSING = {"", "NA", "NaN", "nan", "NULL", "null", "?"}
DATES = ["0001-01-01", "1900-03-01", "1969-12-31 23:59", "2000-02-29", "2024-12-31 12:30:15", "2100-02-28", "9999-12-31"]
EXTREME = ["1e6", "-1e6", "1e12", "-3e30", "1e-30"]


def number(text):
    return math.nan if text in MISSING else float(text)


def is_number(text):
    try:
        number(text)
        return True
    except ValueError:
        return False


def seconds(text):
    if is_number(text):
        return number(text)
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp()


def made(names, rows, numeric, dates, count):
    """Rows of the data at even distances, then rows with missing cells, unknown texts and extreme numbers."""
    draw = random.Random(1)
    taken = [list(rows[i * len(rows) // count]) for i in range(min(count, len(rows)))]
    for i in range(count // 2):
        row = list(rows[draw.randrange(len(rows))])
        for c, name in enumerate(names):
            if draw.random() < 0.3:
                row[c] = ""
            elif name in numeric and draw.random() < 0.15:
                row[c] = draw.choice(EXTREME)
            elif name in dates and draw.random() < 0.3:
                row[c] = draw.choice(DATES)
            elif name not in numeric and name not in dates and draw.random() < 0.2:
                row[c] = "never seen, \u00e4"
        taken.append(row)
    taken.append([""] * len(names))
    return taken


def is_extreme(row):
    return any(cell in EXTREME for cell in row)


def rounded(text):
    return text if text in MISSING else repr(float(np.float32(float(text))))


def properties(session):
    return json.loads(session.get_modelmeta().custom_metadata_map["mlp"])


def columns_of(session):
    """The columns of the matrix that is the only input."""
    return properties(session)["columns"]


def output(got, name):
    """The output of this name, to which "_" is added where a column has the name; None: there is no such output."""
    return got.get(name, got.get(name + "_"))


def labels_of(text):
    """The labels of a set as mlp predict writes it."""
    return {re.sub(r"\\(.)", r"\1", one) for one in re.findall(r"(?:[^|\\]|\\.)+", text)}


def other_sets(sets, wanted, probabilities, labels, within):
    """The number of labels that are in one set only, and whose strangeness is not close to that of a label at the edge
    of the set."""
    other = 0
    for row, text, p in zip(sets, wanted, probabilities):
        if np.isnan(p).any():
            other += int(row.any() or text != "")
            continue
        told, strange = labels_of(text), 1.0 - p
        inside = np.array([label in told for label in labels])
        rest = inside & (np.arange(len(p)) != np.argmax(p))
        edges = sorted(strange[rest])[-1:] + sorted(strange[~inside])[:1]
        near = np.array([any(abs(s - edge) < within for edge in edges) for s in strange])
        other += int(np.sum((row != inside) & ~near))
    return other


def inputs(session, names, rows, matrix):
    given = {}
    if matrix:
        cells = [[number(row[names.index(c)]) for c in columns_of(session)] for row in rows]
        given["x"] = np.array(cells, dtype=np.float32)
    for one in session.get_inputs()[1 if matrix else 0:]:
        cells = [row[names.index(one.name)] for row in rows]
        if one.type == "tensor(float)":
            given[one.name] = np.array([[number(c)] for c in cells], dtype=np.float32)
        elif one.type == "tensor(double)":
            given[one.name] = np.array([[seconds(c)] for c in cells])
        else:
            given[one.name] = np.array([["" if c in MISSING else c] for c in cells], dtype=object)
    return given


def predict(a, names, rows, path, classes):
    """The answers of mlp predict to each row; [] for a row that it refuses because an input is too large for float."""
    wanted = [None] * len(rows)
    while None in wanted:
        left = [r for r in range(len(rows)) if wanted[r] is None]
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([names] + [rows[r] for r in left])
        told = subprocess.run([a.mlp, "predict", a.model, path, "--header", "--separator", ",", "--quiet"] +
                              (["--probabilities"] if classes else []) + a.shares, capture_output=True)
        refused = re.search(r"rows.csv:(\d+): .* is too large for the scale of this column; correct the cell", told.stderr.decode())
        if refused:
            wanted[left[int(refused.group(1)) - 2]] = []
            continue
        answers = list(csv.reader(told.stdout.decode().splitlines()))[1:]
        assert len(answers) == len(left), told.stderr.decode()
        for r, answer in zip(left, answers):
            wanted[r] = answer
    return wanted


def check_halves(path, given):
    """Checks that the weights are 16-bit floats, and the answers those of the file with the same weights as 32-bit
    floats."""
    model = onnx.load(path)
    exported = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, given)
    weights = [t for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT16]
    assert weights
    for tensor in weights:
        whole = onnx.numpy_helper.to_array(tensor)
        assert np.isfinite(whole).all()
        tensor.CopyFrom(onnx.numpy_helper.from_array(whole.astype(np.float32), tensor.name))
    again = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, given)
    for one, other in zip(exported, again):
        assert (one == other).all() if one.dtype == object else np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def main():
    parser = argparse.ArgumentParser()
    for name in ("mlp", "model", "data"):
        parser.add_argument(name)
    parser.add_argument("--as-is", action="store_true")
    parser.add_argument("--matrix", action="store_true", help="export it with one input for all columns")
    parser.add_argument("--no-header", action="store_true")
    parser.add_argument("--separator", default=",")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--weights", default="float32")
    parser.add_argument("--within", type=float, default=1e-5)
    parser.add_argument("--share", nargs=2, metavar=("OPTION", "SHARE"), default=[], help="--interval or --label-set")
    a = parser.parse_args()
    a.share = ["--" + a.share[0], a.share[1]] if a.share else []
    folder = tempfile.mkdtemp()
    path, data = os.path.join(folder, "model.onnx"), os.path.join(folder, "rows.csv")
    subprocess.run([a.mlp, "export", a.model, "-o", path, "--weights", a.weights] + ["--matrix"] * a.matrix + a.share,
                   check=True, stdout=subprocess.DEVNULL)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    with open(a.data, newline="", encoding="utf-8") as file:
        rows = [[c.strip() for c in r] for r in csv.reader(file, delimiter=a.separator) if r]
    names = ["column%d" % (i + 1) for i in range(len(rows[0]))] if a.no_header else rows.pop(0)
    numeric = {i.name for i in session.get_inputs() if i.type == "tensor(float)"}
    if a.matrix:
        numeric = set(columns_of(session))
    doubles = {i.name for i in session.get_inputs() if i.type == "tensor(double)"}
    dates = {n for n in doubles if not all(is_number(row[names.index(n)]) for row in rows)}
    rows = made(names, rows, numeric | doubles - dates, dates, a.rows)
    extreme = np.array([is_extreme(row) for row in rows])
    if not a.as_is:
        rows = [[rounded(c) if n in numeric else c for n, c in zip(names, r)] for r in rows]
    given = inputs(session, names, rows, a.matrix)
    got = dict(zip([o.name for o in session.get_outputs()], session.run(None, given)))
    if a.weights == "float16":
        check_halves(path, given)
    told = properties(session)
    classes = "labels" in told
    sets = classes and "coverage" in told
    a.shares = ["--label-set" if classes else "--interval", repr(told["coverage"])] if "coverage" in told else []
    assert ("coverage" in told) == (output(got, "set" if classes else "lower") is not None)
    wanted = predict(a, names, rows, data, classes)
    skip = 1 if classes else 0
    width = max(len(r) for r in wanted)
    wanted = [r if r else [""] + ["nan"] * (width - 1 - sets) + [""] * sets for r in wanted]
    values = np.array([[number(c) for c in r[skip:width - sets]] for r in wanted])
    mine = np.asarray(output(got, "probabilities") if classes else output(got, "value"), dtype=float)
    if not classes and "coverage" in told:
        ends = np.stack([output(got, "lower"), output(got, "upper")], axis=2)
        mine = np.hstack([mine, ends.reshape(len(ends), -1)])
    assert classes or mine.shape == values.shape
    mine = mine[:, : values.shape[1]]
    bad = int(np.sum(np.isnan(mine) != np.isnan(values)))
    unit = 1.0 if classes else max(np.nanstd(values[: a.rows]), 1e-30)
    off = np.abs(mine - values) / (unit + np.abs(values))
    off[np.isnan(off)] = 0.0
    worst = [float(off[~extreme].max()), float(off[extreme].max()) if extreme.any() else 0.0]
    labels = 0
    if classes:
        for r, (one, row) in enumerate(zip(output(got, "label"), wanted)):
            top = np.sort(values[r])
            if one != row[0] and not (len(top) > 1 and top[-1] - top[-2] < a.within):
                labels += 1
    if sets:
        labels += other_sets(output(got, "set"), [r[-1] for r in wanted], values, told["labels"], a.within)
    print("%s: %d rows, largest difference %.2g, with extreme numbers %.2g, other labels %d, answers in one alone %d; "
          "%d nodes" % (os.path.basename(a.model), len(rows), *worst, labels, bad, len(model.graph.node)))
    sys.exit(1 if worst[0] > a.within or worst[1] > 10 * a.within or labels or bad else 0)


main()
