# SPDX-License-Identifier: MIT
"""How good models of mlp and of its peers are with the target as the only option: the same rows, the same splits.

    quality.py DATA_FOLDER [--sets A,B] [--tools A,B] [--seeds N] [--as NAME=OPTIONS]... [--again] [--threads N]
    quality.py DATA_FOLDER --tables    only the tables of earlier runs

Each run is a process of its own; its record is added to build/peers/quality.jsonl, and runs that have a record are not
repeated (except with --again). --as adds mlp with options of `mlp train` under another name. bench/peers/quality
installs the peers.

Every tool gets all processors, or --threads of them. One thread lets two calls share two processors, and no tool then
spends processor time on waiting for its own threads.

--sets r are tables of R packages (r_sets.py), none of which was used to choose a default.

Splits: the official one if there is one, otherwise every fourth row of a shuffle, which depends on
the seed. pandas decides which columns hold numbers and which hold texts. The peers get texts as
categories, and columns that only number or name the rows are left out for all. Every tool knows
the task. Peers without support for missing cells or texts get means and indicators of the
levels; scikit-learn's network also gets standardised inputs, as its documentation recommends."""
import argparse
import json
import os
import pickle
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from r_sets import R_SETS, unpacked

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build/peers"
RECORDS = WORK / "quality.jsonl"
MLP = os.environ.get("MLP", str(ROOT / "build/mlp"))
THREADS = int(os.environ.get("QUALITY_THREADS", os.cpu_count()))
HOUR = 3600

# --- sets: name -> (file, official test file or None, target, how pandas reads it, columns left out) ---

SPACES = dict(sep=r"\s+", header=None)
PLAIN = dict(header=None)
SETS = {
    "iris": ("csv/iris.csv", None, "species", {}, []),
    "penguins": ("csv/penguins.csv", None, "species", {}, []),
    "wdbc": ("csv/breast_cancer_wdbc.csv", None, "diagnosis", {}, ["id"]),
    "wisconsin": ("proben1/cancer/breast-cancer-wisconsin.data", None, 10, dict(header=None, na_values="?"), [0]),
    "pima": ("proben1/diabetes/pima-indians-diabetes.data", None, 8, PLAIN, []),
    "german-credit": ("csv/german_credit.csv", None, "default", {}, []),
    "thyroid": ("proben1/thyroid/ann-train.data", "proben1/thyroid/ann-test.data", 21, SPACES, []),
    "optdigits": ("csv/optdigits.tra", "csv/optdigits.tes", 64, PLAIN, []),
    "adult": ("csv/adult.data", "csv/adult.test", 14,
              dict(header=None, skipinitialspace=True, na_values="?", comment="|"), []),
    "wine-red-labels": ("csv/winequality-red.csv", None, "quality", dict(sep=";"), []),
    "concrete": ("csv/concrete.csv", None, "strength", {}, []),
    "insurance": ("csv/insurance.csv", None, "charges", {}, []),
    "auto-mpg": ("csv/auto_mpg.csv", None, "mpg", {}, ["name"]),
    "wine-red": ("csv/winequality-red.csv", None, "quality", dict(sep=";"), []),
    "wine-white": ("csv/winequality-white.csv", None, "quality", dict(sep=";"), []),
    "energy": ("uci-regression/energy/data.txt", None, 8, SPACES, []),
    "power-plant": ("uci-regression/power-plant/data.txt", None, 4, SPACES, []),
    "california": ("csv/california_sklearn.csv", None, "MedHouseVal", {}, []),
    "california-text": ("csv/california_housing.csv", None, "median_house_value", {}, []),
    "diamonds": ("csv/diamonds.csv", None, "price", {}, []),
}
LABELS = set(list(SETS)[:10])
OF_R = {f"r/{name}": (f"{file}.csv", target) for name, (file, target, _) in R_SETS.items()}
LABELS |= {f"r/{name}" for name, (_, _, labels) in R_SETS.items() if labels}


def read(path, target, how, left_out):
    frame = pd.read_csv(path, **how)
    frame = frame.drop(columns=left_out).rename(columns={target: "target"})
    return frame.rename(columns={c: f"c{c}" for c in frame.columns if isinstance(c, int)})


def read_of_r(name):
    """Rows that have a target; the first column names the rows."""
    file, target = OF_R[name]
    frame = pd.read_csv(unpacked(WORK / "r") / file, index_col=0)
    return frame[frame[target].notna()].rename(columns={target: "target"})


def divided(data, name, seed):
    file, official, target, how, left_out = SETS.get(name, (None, None, None, None, None))
    train = read(data / file, target, how, left_out) if file else read_of_r(name)
    if official:
        test = read(data / official, target, how, left_out)
    else:
        order = np.random.default_rng(seed).permutation(len(train))
        test, train = train.iloc[np.sort(order[::4])], train.iloc[np.sort(np.delete(order, np.s_[::4]))]
    if name in LABELS:
        for part in (train, test):
            part["target"] = "is " + part["target"].astype(str).str.strip(" .")
    return train.reset_index(drop=True), test.reset_index(drop=True)


# --- tools: (train, test, seed, folder) -> outputs on test, labels in their order, bytes, seconds ---

def processor_seconds():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Clock:
    def __init__(self):
        self.laps, self.cpu, self.wall = [], processor_seconds(), time.monotonic()

    def lap(self):
        cpu, wall = processor_seconds(), time.monotonic()
        self.laps += [cpu - self.cpu, wall - self.wall]
        self.cpu, self.wall = cpu, wall


def run_mlp(options):
    def run(train, test, labels, seed, folder):
        train.to_csv(folder / "train.csv", index=False)
        test.to_csv(folder / "test.csv", index=False)
        model, out = folder / "model.mlp", folder / "out.csv"
        on_threads = ["--threads", str(THREADS)]
        clock = Clock()
        subprocess.run([MLP, "train", folder / "train.csv", "--target", "target", "-o", model, "--seed", str(seed), "--quiet",
                        "--task", "classification" if labels else "regression", *on_threads, *shlex.split(options)], check=True)
        clock.lap()
        subprocess.run([MLP, "predict", model, folder / "test.csv", "-o", out, *on_threads,
                        *(["--probabilities"] if labels else [])], check=True)
        clock.lap()
        answer = pd.read_csv(out)
        if not labels:
            return answer.iloc[:, -1].to_numpy(float), None, model.stat().st_size, clock.laps
        names = [n for n in labels if f"p({n})" in answer]
        return answer[[f"p({n})" for n in names]].to_numpy(float), names, model.stat().st_size, clock.laps
    return run


def as_categories(train, test):
    train, test = train.drop(columns="target"), test.drop(columns="target")
    for c in train.columns:
        if not pd.api.types.is_numeric_dtype(train[c]):
            levels = pd.CategoricalDtype(sorted(set(train[c].dropna().astype(str))))
            train[c], test[c] = train[c].astype(str).astype(levels), test[c].astype(str).astype(levels)
    return train, test


def as_numbers(train, test, standardise):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    train, test = train.drop(columns="target"), test.drop(columns="target")
    numeric = [c for c in train.columns if pd.api.types.is_numeric_dtype(train[c])]
    steps = [SimpleImputer()] + ([StandardScaler()] if standardise else [])
    encoder = ColumnTransformer([("numbers", make_pipeline(*steps), numeric),
                                 ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                                  [c for c in train.columns if c not in numeric])])
    return encoder.fit_transform(train), encoder.transform(test)


def as_strings(train, test):
    train, test = as_categories(train, test)
    for c in train.columns:
        if train[c].dtype.name == "category":
            train[c], test[c] = (part[c].astype(object).fillna("missing").astype(str) for part in (train, test))
    return train, test


def as_means(train, test):
    train, test = as_strings(train, test)
    for c in train.columns:
        if pd.api.types.is_numeric_dtype(train[c]):
            mean = train[c].mean()
            train[c], test[c] = train[c].fillna(mean).astype(float), test[c].fillna(mean).astype(float)
        else:
            train[c], test[c] = train[c].astype("category"), test[c].astype("category")
    return train, test


def run_peer(encode, create, **to_fit):
    def run(train, test, labels, seed, folder):
        x, x_test = encode(train, test)
        y = train["target"]
        names = sorted(set(y)) if labels else None
        y = y.map({n: i for i, n in enumerate(names)}).to_numpy() if labels else y.to_numpy(float)
        model = create(bool(labels), seed)
        extra = {k: v(x) for k, v in to_fit.items()}
        clock = Clock()
        model.fit(x, y, **extra)
        clock.lap()
        outputs = model.predict_proba(x_test) if labels else model.predict(x_test)
        clock.lap()
        return np.asarray(outputs, float), names, len(pickle.dumps(model)), clock.laps
    return run


def sklearn(labels, seed):
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    return (MLPClassifier if labels else MLPRegressor)(random_state=seed)


def lightgbm(labels, seed):
    import lightgbm as m
    return (m.LGBMClassifier if labels else m.LGBMRegressor)(random_state=seed, n_jobs=THREADS, verbose=-1)


def xgboost(labels, seed):
    import xgboost as m
    return (m.XGBClassifier if labels else m.XGBRegressor)(random_state=seed, n_jobs=THREADS, enable_categorical=True)


def catboost(labels, seed):
    import catboost as m
    return (m.CatBoostClassifier if labels else m.CatBoostRegressor)(
        random_seed=seed, thread_count=THREADS, verbose=False, allow_writing_files=False)


def pytabkit(kind, **options):
    def create(labels, seed):
        import pytabkit as m
        return getattr(m, f"{kind}_{'Classifier' if labels else 'Regressor'}")(
            random_state=seed, device="cpu", n_threads=THREADS, **options)
    return create


TOOLS = {
    "mlp": run_mlp(""),
    "mlp fast": run_mlp("--quality fast"),
    "mlp best": run_mlp("--quality best"),
    "scikit-learn MLP": run_peer(lambda a, b: as_numbers(a, b, True), sklearn),
    "LightGBM": run_peer(as_categories, lightgbm),
    "XGBoost": run_peer(as_categories, xgboost),
    "CatBoost": run_peer(as_strings, catboost, cat_features=lambda x: [
        c for c in x.columns if not pd.api.types.is_numeric_dtype(x[c])]),
    "RealMLP-TD": run_peer(as_means, pytabkit("RealMLP_TD")),
    "RealMLP-TD x 5": run_peer(as_means, pytabkit("RealMLP_TD", n_cv=5)),
    "TabM": run_peer(as_means, pytabkit("TabM_D")),
}


# --- figures ---

def figures(outputs, names, truth):
    if names is None:
        return {"rmse": float(np.sqrt(np.mean((outputs - truth.to_numpy(float)) ** 2)))}
    place = {n: i for i, n in enumerate(names)}
    at = truth.map(place).fillna(-1).to_numpy(int)  # a label that training never saw counts as wrong for every tool
    p = np.clip(outputs, 1e-15, 1)
    p = p / p.sum(axis=1, keepdims=True)
    right = np.where(at >= 0, p[np.arange(len(at)), at], 1e-15)
    return {"accuracy": float(np.mean(p.argmax(axis=1) == at)), "log_loss": float(-np.mean(np.log(right)))}


def one_run(data, name, tool, seed):
    train, test = divided(data, name, seed)
    labels = sorted(set(train["target"])) if name in LABELS else None
    with tempfile.TemporaryDirectory() as folder:
        outputs, names, size, laps = TOOLS[tool](train, test, labels, seed, Path(folder))
    record = dict(set=name, tool=tool, seed=seed, rows=len(train), **figures(outputs, names, test["target"]),
                  train_cpu=laps[0], train_wall=laps[1], predict_cpu=laps[2], predict_wall=laps[3], bytes=size)
    print(json.dumps(record))


def in_a_process(arguments, name, tool, seed):
    call = [sys.executable, __file__, str(arguments.data), "--one", name, tool, str(seed)]
    for named in arguments.named:
        call += ["--as", named]
    threads = str(arguments.threads)
    environment = dict(os.environ, QUALITY_THREADS=threads, OMP_NUM_THREADS=threads, PYTHONWARNINGS="ignore")
    try:
        done = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, timeout=HOUR)
    except subprocess.TimeoutExpired:
        return dict(set=name, tool=tool, seed=seed, failed="an hour was not enough")
    if done.returncode != 0:
        return dict(set=name, tool=tool, seed=seed, failed=done.stderr.strip().splitlines()[-1:])
    return json.loads(done.stdout.strip().splitlines()[-1])


# --- tables ---

def records_of(sets, tools):
    latest = {}
    if RECORDS.exists():
        for line in RECORDS.read_text().splitlines():
            r = json.loads(line)
            if r["set"] in sets and r["tool"] in tools:
                latest[r["set"], r["tool"], r["seed"]] = r
    return latest


def table(title, sets, tools, value):
    rows = [[f"{value(s, t)}" for t in tools] for s in sets]
    print(f"\n{title}\n\n| set | {' | '.join(tools)} |\n|{'---|' * (len(tools) + 1)}")
    for s, row in zip(sets, rows):
        print(f"| {s} | {' | '.join(row)} |")


def print_tables(sets, tools):
    groups = defaultdict(list)
    for r in records_of(sets, tools).values():
        groups[r["set"], r["tool"]].append(r)

    def mean(s, t, key):
        found = [r[key] for r in groups[s, t] if key in r]
        return np.mean(found) if found else np.nan

    def main(s, t):  # less is better
        return mean(s, t, "rmse") if s not in LABELS else 1 - mean(s, t, "accuracy")

    def shown(s, t):
        spread = np.std([r.get("rmse", r.get("accuracy", np.nan)) for r in groups[s, t]] or [np.nan])
        figure = main(s, t) if s not in LABELS else 1 - main(s, t)
        return "-" if np.isnan(figure) else f"{figure:.4g} ± {spread:.2g}"

    tools = [t for t in tools if any(groups[s, t] for s in sets)]
    sets = [s for s in sets if any(groups[s, t] for t in tools)]
    table("Accuracy, or RMSE: mean and deviation over seeds", sets, tools, shown)
    table("Log loss", [s for s in sets if s in LABELS], tools, lambda s, t: f"{mean(s, t, 'log_loss'):.4f}")
    table("Seconds of processor time, training + prediction", sets, tools,
          lambda s, t: f"{mean(s, t, 'train_cpu'):.2f} + {mean(s, t, 'predict_cpu'):.2f}")
    table("Size of the model, kB", sets, tools, lambda s, t: f"{mean(s, t, 'bytes') / 1000:.0f}")
    for title, worse, over in (("Accuracy, or RMSE", main, sets),
                               ("Log loss", lambda s, t: mean(s, t, "log_loss"), [s for s in sets if s in LABELS])):
        whole = [s for s in over if not any(np.isnan(worse(s, t)) for t in tools)]
        if not whole:
            continue
        ranks = pd.DataFrame({s: pd.Series({t: worse(s, t) for t in tools}).rank() for s in whole})
        print(f"\n{title}: mean rank on {len(whole)} sets, and on how many the row's tool is better than the column's\n")
        print(f"| tool | rank | {' | '.join(tools)} |\n|{'---|' * (len(tools) + 2)}")
        for t in tools:
            wins = [str(sum(worse(s, t) < worse(s, u) for s in whole)) if u != t else "" for u in tools]
            print(f"| {t} | {ranks.loc[t].mean():.2f} | {' | '.join(wins)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--tools")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--as", dest="named", action="append", default=[], metavar="NAME=OPTIONS")
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--one", nargs=3)
    arguments = parser.parse_args()
    for named in arguments.named:
        name, options = named.split("=", 1)
        TOOLS[name] = run_mlp(options)
    if arguments.one:
        return one_run(arguments.data, *arguments.one[:2], int(arguments.one[2]))
    sets = arguments.sets.split(",") if arguments.sets != "r" else list(OF_R)
    tools = arguments.tools.split(",") if arguments.tools else list(TOOLS)
    have = {} if arguments.again else records_of(sets, tools)
    for seed in range(1, arguments.seeds + 1):
        for name in sets if not arguments.tables else []:
            for tool in tools:
                if (name, tool, seed) in have:
                    continue
                record = in_a_process(arguments, name, tool, seed)
                with RECORDS.open("a") as file:
                    file.write(json.dumps(record) + "\n")
                print(json.dumps(record), file=sys.stderr)
    print_tables(sets, tools)


main()
