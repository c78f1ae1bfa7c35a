#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes curves.json: curves, bins, gains and bootstrap intervals as scikit-learn and NumPy compute them.

    python3 -m venv venv && venv/bin/pip install scikit-learn
    venv/bin/python tests/golden/curves.py > tests/golden/curves.json

tests/unit/evaluate/curves_test.c and intervals_test.c compare mlp with it.
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
generator = np.random.default_rng(20181116)


# --- the resamples of mlp: Philox 4x32-10 (Salmon et al. 2011), multiply and reject (Lemire 2019) ------------------
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, (k0, k1) = list(counter), key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & MASK, (p0 >> 32) ^ c[3] ^ k1, p0 & MASK]
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c


def resample(seed, number, rows):
    stream, found, block = (1 << 32) + number, [], 0
    while len(found) < rows:
        for word in philox((block & MASK, block >> 32, stream & MASK, stream >> 32), (seed & MASK, seed >> 32)):
            product = word * rows
            if product & MASK >= (1 << 32) % rows and len(found) < rows:
                found.append(product >> 32)
        block += 1
    return np.array(found)


# --- one label against the rest ------------------------------------------------------------------------------------
def calibration(label, score, strategy, bins):
    observed, predicted = calibration_curve(label, score, n_bins=bins, strategy=strategy)
    edges = np.linspace(0, 1, bins + 1) if strategy == "uniform" else np.percentile(score, np.linspace(0, 100, bins + 1))
    rows = np.bincount(np.searchsorted(edges[1:-1], score), minlength=bins)
    gaps = np.abs(observed - predicted)
    return {"bins": bins, "rows": rows.tolist(), "observed": observed.tolist(), "predicted": predicted.tolist(),
            "expected_error": float(np.sum(rows[rows > 0] / len(score) * gaps)), "maximum_error": float(gaps.max())}


def gains(label, score, parts):
    fpr, tpr, _ = metrics.roc_curve(label, score, drop_intermediate=False)
    positives = label.sum()
    rows = fpr * (len(label) - positives) + tpr * positives
    gain = np.interp(np.arange(1, parts + 1) / parts * len(label), rows, tpr)
    return {"parts": parts, "gain": gain.tolist(), "lift": (np.diff(gain, prepend=0.0) * parts).tolist()}


def scores_case(label, score):
    fpr, tpr, threshold = metrics.roc_curve(label, score, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(label, score)
    return {"label": label.tolist(), "score": score.tolist(),
            "fpr": fpr.tolist(), "tpr": tpr.tolist(), "threshold": threshold[1:].tolist(),
            "precision": precision[::-1].tolist(), "recall": recall[::-1].tolist(),
            "auc": metrics.roc_auc_score(label, score), "average_precision": metrics.average_precision_score(label, score),
            "brier": metrics.brier_score_loss(label, score),
            "equal_width": calibration(label, score, "uniform", 10), "equal_count": calibration(label, score, "quantile", 5),
            "gains": [gains(label, score, parts) for parts in (10, 7)]}


# --- whole evaluations with bootstrap intervals ----------------------------------------------------------------------
def classification_figures(label, p):
    predicted, labels = p.argmax(axis=1), p.shape[1]
    one_hot = np.eye(labels)[label]
    clipped = np.clip(p, 1e-15, 1)
    nll = -np.log(clipped[np.arange(len(label)), label])
    figures = {"accuracy": metrics.accuracy_score(label, predicted), "log_loss": nll.mean(), "log_likelihood": -nll.sum(),
               "macro_f1": metrics.f1_score(label, predicted, average="macro"),
               "weighted_f1": metrics.f1_score(label, predicted, average="weighted"),
               "balanced_accuracy": metrics.balanced_accuracy_score(label, predicted)}
    if np.ptp(label) > 0:
        figures["mcc"], figures["kappa"] = metrics.matthews_corrcoef(label, predicted), metrics.cohen_kappa_score(label, predicted)
    else:
        figures["mcc"] = np.nan
        figures["kappa"] = np.nan if np.ptp(predicted) == 0 else metrics.cohen_kappa_score(label, predicted)
    for k in (3, 5):
        if labels > k:
            figures["top_%d_accuracy" % k] = metrics.top_k_accuracy_score(label, p, k=k, labels=np.arange(labels))
    if labels == 2:
        figures["brier"] = metrics.brier_score_loss(label, p[:, 1])
        figures["calibration_error"] = calibration(label, p[:, 1], "uniform", 10)["expected_error"]
        both = 0 < label.sum() < len(label)
        figures["auc"] = metrics.roc_auc_score(label, p[:, 1]) if both else np.nan
        figures["average_precision"] = metrics.average_precision_score(label, p[:, 1]) if label.any() else np.nan
    else:
        figures["brier"] = ((p - one_hot) ** 2).sum(axis=1).mean()
        areas = [metrics.roc_auc_score(label == k, p[:, k]) for k in np.unique(label) if (label != k).any()]
        figures["auc"] = np.mean(areas) if areas else np.nan
        right = (predicted == label).astype(int)
        figures["calibration_error"] = calibration(right, p.max(axis=1), "uniform", 10)["expected_error"]
    return figures


def regression_figures(truth, predicted):
    there = truth != 0
    return {"rmse": metrics.root_mean_squared_error(truth, predicted), "mae": metrics.mean_absolute_error(truth, predicted),
            "median_absolute_error": metrics.median_absolute_error(truth, predicted),
            "mape": np.mean([metrics.mean_absolute_percentage_error(truth[there[:, t], t], predicted[there[:, t], t])
                             for t in range(truth.shape[1])]),
            "explained_variance": metrics.explained_variance_score(truth, predicted) if np.ptp(truth, axis=0).min() > 0 else np.nan,
            "r2": metrics.r2_score(truth, predicted) if np.ptp(truth, axis=0).min() > 0 else np.nan}


def intervals(figures, truth, values, seed, resamples, level):
    drawn = [resample(seed, b, len(truth)) for b in range(resamples)]
    all_figures = [figures(truth[i], values[i]) for i in drawn]
    found, tails = {}, [50 * (1 - level), 50 * (1 + level)]
    for name in figures(truth, values):
        found[name] = np.nanpercentile([f[name] for f in all_figures], tails).tolist()
    return {"seed": seed, "resamples": resamples, "level": level, "first": drawn[0].tolist(), "intervals": found}


def classification_case(label, p, seed):
    return {"label": label.tolist(), "values": p.tolist(), "figures": classification_figures(label, p),
            **intervals(classification_figures, label, p, seed, 200, 0.95)}


def regression_case(truth, predicted, seed):
    return {"truth": truth.tolist(), "values": predicted.tolist(), "figures": regression_figures(truth, predicted),
            **intervals(regression_figures, truth, predicted, seed, 200, 0.9)}


def probabilities(label, labels, sharpness):
    h = generator.normal(size=(len(label), labels)) + sharpness * np.eye(labels)[label]
    e = np.exp(h)
    return e / e.sum(axis=1, keepdims=True)


def main():
    plain = generator.integers(0, 2, 40)
    tied = generator.integers(0, 2, 60)
    scores = {
        "plain": scores_case(plain, generator.uniform(size=40) ** (2 - plain)),
        "tied": scores_case(tied, np.round(0.6 * generator.uniform(size=60) + 0.4 * tied * generator.uniform(size=60), 1)),
        "equal": scores_case(np.array([0, 1, 1, 0, 1]), np.full(5, 0.25)),
        "separated": scores_case(np.array([0, 0, 1, 1]), np.array([0.0, 0.2, 0.8, 1.0])),
    }
    two, three, rare = generator.integers(0, 2, 50), generator.integers(0, 3, 45), np.array([0] * 10 + [1])
    target = generator.normal(size=(30, 2)) * [1, 50] + [0, 1000]
    residual = generator.normal(size=(30, 2)) * [0.3, 20]
    evaluations = {
        "two": classification_case(two, probabilities(two, 2, 1.0), 1),
        "three": classification_case(three, probabilities(three, 3, 1.5), 2 ** 40 + 7),
        "rare": classification_case(rare, probabilities(rare, 2, 1.0), 3),
        "one_target": regression_case(target[:, :1], (target - residual)[:, :1], 4),
    }
    both = {"truth": target.tolist(), "values": (target - residual).tolist(),
            "rmse": np.mean([metrics.root_mean_squared_error(target[:, t], (target - residual)[:, t]) for t in (0, 1)])}
    summary = []
    for t in (0, 1):
        r, f = residual[:, t], (target - residual)[:, t]
        r = target[:, t] - f
        edges = np.percentile(f, np.linspace(0, 100, 5))
        bins = np.searchsorted(edges[1:-1], f)
        summary.append({"mean": r.mean(), "deviation": r.std(), "quantile": np.quantile(r, [0, .05, .25, .5, .75, .95, 1]).tolist(),
                        "rows": np.bincount(bins, minlength=4).tolist(),
                        "bin_mean": [r[bins == b].mean() for b in range(4)],
                        "bin_deviation": [r[bins == b].std() for b in range(4)]})
    many = generator.integers(0, 7, 60)
    evaluations["many"] = classification_case(many, probabilities(many, 7, 1.0), 5)
    zeros = np.round(generator.normal(size=(41, 2)) * [2, 30])
    evaluations["zeros"] = regression_case(zeros, zeros + generator.normal(size=(41, 2)) * [1, 10] + [0.5, 3], 6)
    origin = "tests/golden/curves.py with scikit-learn %s, NumPy %s" % (sklearn.__version__, np.__version__)
    json.dump({"origin": origin, "scores": scores, "evaluations": evaluations, "residuals": {**both, "summary": summary}},
              __import__("sys").stdout, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
