#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes evaluation.json: best thresholds by the metrics of scikit-learn, comparisons of two models by statsmodels, SciPy and
NumPy on the resamples of mlp, and metrics of quantiles.

    python3 -m venv venv && venv/bin/pip install scikit-learn statsmodels
    venv/bin/python tests/golden/evaluation.py > tests/golden/evaluation.json

tests/unit/evaluate/threshold_test.c and compare_test.c compare mlp with it.
"""
import json
import sys

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar

from curves import classification_figures, probabilities, regression_figures, resample

generator = np.random.default_rng(20181117)

FIGURES = {
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "f1": lambda truth, called: metrics.f1_score(truth, called, zero_division=0),
    "mcc": metrics.matthews_corrcoef,
    "accuracy": metrics.accuracy_score,
    "macro_f1": lambda truth, called: metrics.f1_score(truth, called, average="macro", zero_division=0),
    "weighted_f1": lambda truth, called: metrics.f1_score(truth, called, average="weighted", zero_division=0),
    "kappa": metrics.cohen_kappa_score,
}


# --- every possible threshold --------------------------------------------------------------------------------------
def thresholds_case(label, score, positive):
    truth = (label == positive).astype(int)
    own = score if positive == 1 else 1 - score
    tried = np.append(np.unique(own), 0.5)
    best = {}
    for name, figure in FIGURES.items():
        best[name] = max(figure(truth, (own >= t).astype(int)) for t in tried)
    return {"label": label.tolist(), "values": np.column_stack([1 - score, score]).tolist(), "positive": positive, "best": best}


# --- two models on the same rows -----------------------------------------------------------------------------------
def difference(figures, truth, first, second, seed, resamples, level):
    a, b = figures(truth, first), figures(truth, second)
    drawn = [resample(seed, k, len(truth)) for k in range(resamples)]
    both = [(figures(truth[i], first[i]), figures(truth[i], second[i])) for i in drawn]
    tails = [50 * (1 - level), 50 * (1 + level)]
    return {"seed": seed, "resamples": resamples, "level": level, "difference": {name: b[name] - a[name] for name in a},
            "intervals": {name: np.nanpercentile([two[name] - one[name] for one, two in both], tails).tolist() for name in a}}


def labels_case(label, first, second, seed):
    one, two = first.argmax(axis=1) == label, second.argmax(axis=1) == label
    table = [[np.sum(one & two), np.sum(one & ~two)], [np.sum(~one & two), np.sum(~one & ~two)]]
    return {"label": label.tolist(), "first": first.tolist(), "second": second.tolist(),
            "first_better": int(table[0][1]), "second_better": int(table[1][0]), "p": float(mcnemar(table, exact=True).pvalue),
            **difference(classification_figures, label, first, second, seed, 200, 0.95)}


def values_case(truth, first, second, seed):
    scale = truth.var(axis=0)
    one, two = (((first - truth) ** 2) / scale).sum(axis=1), (((second - truth) ** 2) / scale).sum(axis=1)
    better = [int(np.sum(one < two)), int(np.sum(two < one))]
    return {"truth": truth.tolist(), "first": first.tolist(), "second": second.tolist(),
            "first_better": better[0], "second_better": better[1],
            "p": float(stats.binomtest(better[0], sum(better)).pvalue) if sum(better) else 1.0,
            **difference(regression_figures, truth, first, second, seed, 200, 0.9)}


# --- quantiles ------------------------------------------------------------------------------------------------------
def quantiles_case(levels, rows, targets):
    truth = generator.normal(size=(rows, targets)) * np.arange(1, targets + 1)
    quantile = np.sort(generator.normal(size=(rows, targets, len(levels))), axis=2) * np.arange(1, targets + 1)[:, None]
    low, high = quantile[:, :, 0], quantile[:, :, -1]
    pinball = [metrics.mean_pinball_loss(truth[:, t], quantile[:, t, q], alpha=level)
               for t in range(targets) for q, level in enumerate(levels)]
    return {"level": levels, "truth": truth.tolist(), "quantile": quantile.reshape(rows, -1).tolist(),
            "figures": {"pinball_loss": float(np.mean(pinball)),
                        "interval_coverage": float(np.mean((low <= truth) & (truth <= high))),
                        "interval_width": float(np.mean(high - low))}}


def main():
    even, rare, few = generator.integers(0, 2, 60), (generator.uniform(size=200) < 0.07).astype(int), np.array([0, 1, 1, 0, 1, 0])
    tied = generator.integers(0, 2, 80)
    thresholds = {
        "even": thresholds_case(even, probabilities(even, 2, 1.0)[:, 1], 1),
        "rare": thresholds_case(rare, 1 / (1 + np.exp(-(generator.normal(size=200) + 2 * rare - 3))), 1),
        "other": thresholds_case(rare, 1 / (1 + np.exp(-(generator.normal(size=200) + 2 * rare - 1))), 0),
        "tied": thresholds_case(tied, np.round(0.5 * generator.uniform(size=80) + 0.4 * tied * generator.uniform(size=80), 1), 1),
        "equal": thresholds_case(few, np.full(6, 0.25), 1),
        "wrong": thresholds_case(few, np.array([0.9, 0.1, 0.2, 0.8, 0.3, 0.7]), 1),
    }
    two, three = generator.integers(0, 2, 60), generator.integers(0, 3, 50)
    target = generator.normal(size=(40, 2)) * [1, 50] + [0, 1000]
    noise = generator.normal(size=(2, 40, 2)) * [0.3, 20]
    comparisons = {
        "two": labels_case(two, probabilities(two, 2, 1.0), probabilities(two, 2, 2.5), 1),
        "three": labels_case(three, probabilities(three, 3, 1.5), probabilities(three, 3, 1.5), 9),
        "one_target": values_case(target[:, :1], (target + noise[0])[:, :1], (target + 2 * noise[1])[:, :1], 4),
        "two_targets": values_case(target, target + noise[0], target + noise[1], 2 ** 33),
    }
    pairs = [(0, 0), (0, 1), (1, 1), (3, 10), (5, 10), (0, 40), (17, 21), (480, 1000), (412, 1000), (50000, 100300), (1, 1100)]
    signs = [[k, n, float(stats.binomtest(k, n).pvalue) if n else 1.0] for k, n in pairs]
    quantiles = {"three_levels": quantiles_case([0.1, 0.5, 0.8], 50, 1), "two_targets": quantiles_case([0.05, 0.95], 30, 2)}
    origin = "tests/golden/evaluation.py with scikit-learn %s, statsmodels %s, SciPy %s, NumPy %s" % (
        sklearn.__version__, statsmodels.__version__, scipy.__version__, np.__version__)
    json.dump({"origin": origin, "thresholds": thresholds, "comparisons": comparisons, "signs": signs, "quantiles": quantiles},
              sys.stdout, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
