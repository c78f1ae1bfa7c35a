#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The first steps of the update rules as optax takes them, in double; prints update_rules.h.

Run with Python and the package optax. Each rule walks down E(w) = sum_i c_i (w_i - 1 - i / 7)^2 / 2 with
c_i = 1 + i / 5 from w = 1/2.
"""
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import optax

N, STEPS, RATE = 4, 5, 0.05
RULES = [
    ("sgd", optax.sgd(RATE)),
    ("gradient-descent", optax.sgd(RATE)),
    ("momentum", optax.sgd(RATE, momentum=0.9)),
    ("nesterov", optax.sgd(RATE, momentum=0.9, nesterov=True)),
    ("rmsprop", optax.rmsprop(RATE, decay=0.99, eps=1e-8, eps_in_sqrt=False)),
    ("adam", optax.adam(RATE)),
    ("adamw", optax.adamw(RATE, weight_decay=0.3)),
    ("nadam", optax.nadam(RATE)),
]

c = 1.0 + jnp.arange(N) / 5.0
centre = jnp.arange(N) / 7.0 + 1.0
print("/* SPDX-License-Identifier: MIT */")
print(f"/* Made by tests/golden/update_rules.py with optax {optax.__version__}, jax {jax.__version__}, in double. */")
print("static const struct {\n    const char *name;\n    double w[5][4];\n} golden_steps[] = {")
for name, rule in RULES:
    w = 0.5 + 0.0 * c
    state = rule.init(w)
    print(f'    {{"{name}",\n     {{')
    for _ in range(STEPS):
        updates, state = rule.update(c * (w - centre), state, w)
        w = optax.apply_updates(w, updates)
        print("      {" + ", ".join(repr(float(x)) for x in w) + "},")
    print("     }},")
print("};")
