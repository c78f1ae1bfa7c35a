#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare.py MLP MODEL DATA: exports the model as ONNX, lets onnx check it and onnxruntime run it, on rows of the data
and on rows that are made of them (missing cells, unknown texts, extreme numbers), and compares labels, probabilities and
values with those of `mlp predict`. Numbers are rounded to float first, which the inputs of ONNX are; --as-is leaves them.
Prints the largest difference |a - b| / (u + |b|), where u is 1 for probabilities, and the deviation of the values for
quantities. Ends with 1 where it is beyond 1e-5 (1e-4 in rows with extreme numbers, thousands of deviations away, where
what float has no digits for is added up), where a label is another one and no near tie, or where one of both has no
prediction."""
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
    """Rows of the data in even steps, then rows with holes, unknown texts and extreme numbers."""
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


def columns_of(session):
    """Of a matrix."""
    return json.loads(session.get_modelmeta().custom_metadata_map["mlp"])["columns"]


def run_onnx(session, names, rows, matrix):
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
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, given)))


def predict(a, names, rows, path, classes):
    """What mlp predict says of each row, [] where it refuses the row: it has an input beyond float then."""
    wanted = [None] * len(rows)
    while None in wanted:
        left = [r for r in range(len(rows)) if wanted[r] is None]
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([names] + [rows[r] for r in left])
        told = subprocess.run([a.mlp, "predict", a.model, path, "--header", "--separator", ",", "--quiet"] +
                              (["--probabilities"] if classes else []), capture_output=True)
        refused = re.search(r"rows.csv:(\d+): .* is too large for this column's scale", told.stderr.decode())
        if refused:
            wanted[left[int(refused.group(1)) - 2]] = []
            continue
        answers = list(csv.reader(told.stdout.decode().splitlines()))[1:]
        assert len(answers) == len(left), told.stderr.decode()
        for r, answer in zip(left, answers):
            wanted[r] = answer
    return wanted


def main():
    parser = argparse.ArgumentParser()
    for name in ("mlp", "model", "data"):
        parser.add_argument(name)
    parser.add_argument("--as-is", action="store_true")
    parser.add_argument("--matrix", action="store_true", help="export it with one input for all columns")
    parser.add_argument("--no-header", action="store_true")
    parser.add_argument("--separator", default=",")
    parser.add_argument("--rows", type=int, default=1000)
    a = parser.parse_args()
    folder = tempfile.mkdtemp()
    path, data = os.path.join(folder, "model.onnx"), os.path.join(folder, "rows.csv")
    subprocess.run([a.mlp, "export", a.model, "-o", path] + ["--matrix"] * a.matrix, check=True,
                   stdout=subprocess.DEVNULL)
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
    got = run_onnx(session, names, rows, a.matrix)
    classes = "probabilities" in got or "probabilities_" in got
    wanted = predict(a, names, rows, data, classes)
    skip = 1 if classes else 0
    width = max(len(r) for r in wanted)
    wanted = [r if r else [""] + ["nan"] * (width - 1) for r in wanted]
    values = np.array([[number(c) for c in r[skip:]] for r in wanted])
    mine = np.asarray(got.get("probabilities", got.get("probabilities_")) if classes else got["value"], dtype=float)
    mine = mine[:, : values.shape[1]]
    bad = int(np.sum(np.isnan(mine) != np.isnan(values)))
    unit = 1.0 if classes else max(np.nanstd(values[: a.rows]), 1e-30)
    off = np.abs(mine - values) / (unit + np.abs(values))
    off[np.isnan(off)] = 0.0
    worst = [float(off[~extreme].max()), float(off[extreme].max()) if extreme.any() else 0.0]
    labels = 0
    if classes:
        for r, (one, row) in enumerate(zip(got.get("label", got.get("label_")), wanted)):
            top = np.sort(values[r])
            if one != row[0] and not (len(top) > 1 and top[-1] - top[-2] < 1e-5):
                labels += 1
    print("%s: %d rows, largest difference %.2g, with extreme numbers %.2g, other labels %d, answers in one alone %d; "
          "%d nodes" % (os.path.basename(a.model), len(rows), *worst, labels, bad, len(model.graph.node)))
    sys.exit(1 if worst[0] > 1e-5 or worst[1] > 1e-4 or labels or bad else 0)


main()
