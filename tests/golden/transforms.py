#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Columns as scikit-learn and NumPy transform them; prints transforms.h.

Run with Python and the packages scikit-learn and scipy. Transforms that scikit-learn does not have
(smooth clip, piecewise-linear and periodic encoding, signed logarithm, FNV-1a) are written here from their formulas.
"""
import numpy as np
import scipy
import sklearn
from sklearn.preprocessing import (MinMaxScaler, OneHotEncoder, OrdinalEncoder, PowerTransformer, QuantileTransformer,
                                   RobustScaler, StandardScaler, TargetEncoder)

rng = np.random.default_rng(5)
values = np.round(np.concatenate([rng.normal(0, 1, 40), rng.exponential(3, 30), np.full(8, 1.25), -rng.exponential(1, 20)]), 4)
rng.shuffle(values)
v = values.reshape(-1, 1)


def piecewise(x, bins):
    """Values that more rows have than a bin holds are edges; the other edges are quantiles of the remaining rows."""
    found, rows = np.unique(x, return_counts=True)
    frequent = np.zeros(len(found), bool)
    while True:
        more = ~frequent & (rows > rows[~frequent].sum() / (bins - frequent.sum()))
        if not more.any():
            break
        frequent |= more
    rest = np.repeat(found[~frequent], rows[~frequent])
    edges = np.unique(np.concatenate([found[frequent], np.quantile(rest, np.linspace(0, 1, bins - frequent.sum() + 1))]))
    t = (x[:, None] - edges[:-1]) / np.diff(edges)
    t[:, 1:] = np.maximum(t[:, 1:], 0)
    t[:, :-1] = np.minimum(t[:, :-1], 1)
    return t


def normal_scores(x, n):
    return ranks_of(x, n, "normal")


def ranks_of(x, n, distribution):
    """Ranks by rounded quantiles: the last digits would make equal values differ, so that they would no longer be
    ties."""
    made = QuantileTransformer(n_quantiles=min(n, len(x)), output_distribution=distribution).fit(x)
    made.quantiles_ = np.round(made.quantiles_, 10)
    return made.transform(x)


def periodic(x, waves):
    angles = np.pi * 2.0 ** np.arange(waves) * ranks_of(x, 1000, "uniform")
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(x), -1)


robust = RobustScaler().fit_transform(v)
numeric = [
    ("standard", None, StandardScaler().fit_transform(v)),
    ("min-max", None, MinMaxScaler().fit_transform(v)),
    ("robust", 0, robust),
    ("robust", 3, robust / np.sqrt(1 + (robust / 3) ** 2)),
    ("quantile-normal", 1000, normal_scores(v, 1000)),
    ("quantile-normal", 20, normal_scores(v, 20)),
    ("log", 2, StandardScaler().fit_transform(np.sign(v) * np.log1p(np.abs(v) / 2))),
    ("yeo-johnson", None, PowerTransformer("yeo-johnson").fit_transform(v)),
    ("piecewise-linear", 6, piecewise(values, 6)),
    ("piecewise-linear", 24, piecewise(values, 24)),
    ("periodic", 1, periodic(v, 1)),
    ("periodic", 16, periodic(v, 16)),
    ("combined", 6, np.hstack([StandardScaler().fit_transform(v), piecewise(values, 6), periodic(v, 8)])),
]

words = np.array([f"w{int(k)}" for k in np.minimum(rng.exponential(3, len(values)), 11)], dtype="U8")
words[5] = "alone"
target = np.round(rng.normal(0, 2, len(values)) + (words == "w1"), 3)
w = words.reshape(-1, 1)
places = np.unique(words, return_counts=True)
# scikit-learn breaks ties at the border in another order, so there must be none
kept = 4
assert len(set(np.sort(places[1])[::-1][kept - 1:kept + 1])) == 2
pooled = OneHotEncoder(max_categories=kept + 1, handle_unknown="infrequent_if_exist", sparse_output=False).fit_transform(w)
order = OrdinalEncoder().fit_transform(w)
ranks = np.arange(len(places[0]))
means = TargetEncoder(smooth=10.0, target_type="continuous").fit(w, target).transform(w)


def fnv(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h


hashed = np.zeros((len(words), 8))
for i, word in enumerate(words):
    h = fnv(word)
    hashed[i, h % 8] = -1 if h >> 63 else 1
texts = [
    ("one-hot", None, OneHotEncoder(sparse_output=False).fit_transform(w)),
    ("pooled", kept, pooled),
    ("ordinal", None, (order - ranks.mean()) / ranks.std()),
    ("target", 10, (means - target.mean()) / target.std()),
    ("hashing", 8, hashed),
]


def row(numbers):
    return ", ".join("%.9g" % x for x in numbers)


def table(name, entries):
    print(f"\nstatic const golden_transform {name}[] = {{")
    for what, argument, x in entries:
        x = np.asarray(x).reshape(len(values), -1)
        print(f'    {{"{what}", {-1 if argument is None else argument}, {x.shape[1]}, (const double[]){{{row(x.ravel())}}}}},')
    print("};")


print("/* SPDX-License-Identifier: MIT */")
print(f"/* Made by tests/golden/transforms.py with scikit-learn {sklearn.__version__}, scipy {scipy.__version__}. */")
print("/* clang-format off */")
print(f"enum {{ GOLDEN_ROWS = {len(values)} }};")
print("typedef struct golden_transform { const char *name; double argument; size_t width; const double *x; } golden_transform;")
print(f"static const double golden_values[] = {{{row(values)}}};")
print("static const char *const golden_words[] = {" + ", ".join(f'"{x}"' for x in words) + "};")
print(f"static const double golden_target[] = {{{row(target)}}};")
table("golden_numeric", numeric)
table("golden_texts", texts)
