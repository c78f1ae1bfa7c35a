#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Temperatures that scipy finds for made-up probabilities; prints temperature.h.

Run with Python and the packages numpy and scipy. Probabilities and labels follow from formulas that
tests/unit/network/temperature_test.c repeats: the logits of row i are 3 sin(i + 7 k) + 2 cos(i k); its label is
k = i (i + 3) mod K if i mod 3 = 0, and otherwise that of the largest logit; its weight is 1 + i mod 4. A single output is
the probability of the second of two labels.
"""
import numpy as np
import scipy
from scipy.optimize import minimize_scalar


def fit(labels, outputs, rows, weighted, left_out):
    i, k = np.arange(rows)[:, None], np.arange(labels)[None, :]
    logit = 3 * np.sin(i + 7 * k) + 2 * np.cos(i * k)
    p = np.exp(logit) / np.exp(logit).sum(axis=1, keepdims=True)
    p = p.astype(np.float32).astype(float)
    if outputs == 1:
        p[:, 0] = 1 - p[:, 1]
    i = i[:, 0]
    label = np.where(i % 3 == 0, i * (i + 3) % labels, logit.argmax(axis=1))
    weight = 1.0 + i % 4 if weighted else np.ones(rows)
    keep = i % 5 != left_out

    def loss(log_temperature):
        b = np.exp(-log_temperature)
        l = b * np.log(p)
        of_row = np.log(np.exp(l).sum(axis=1)) - l[i, label]
        return (weight * of_row)[keep].sum() + 10 * (b - 1 - np.log(b))

    return np.exp(minimize_scalar(loss, bracket=(-0.1, 0.1), method="brent", tol=1e-14).x)


print("/* SPDX-License-Identifier: MIT */")
print(f"/* Made by tests/golden/temperature.py with scipy {scipy.__version__}, numpy {np.__version__}. */")
print("static const struct {\n    size_t labels, outputs, rows;\n    bool weighted;\n    uint16_t left_out; /* 5: no row */")
print("    double temperature;\n} golden_temperatures[] = {")
for labels, outputs, rows, weighted, left_out in [(3, 3, 200, False, 5), (3, 3, 200, True, 5), (3, 3, 200, True, 2), (2, 1, 300, False, 5),
                                                   (2, 1, 300, True, 0), (7, 7, 5, False, 5), (2, 1, 4, False, 5)]:
    t = fit(labels, outputs, rows, weighted, left_out)
    print(f"    {{{labels}, {outputs}, {rows}, {str(weighted).lower()}, {left_out}, {t:.12g}}},")
print("};")
