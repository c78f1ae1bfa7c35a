# SPDX-License-Identifier: MIT
"""report.py --mlp: turns `mlp bench --json` on standard input into lines of figures. report.py FILE: prints medians
and ratios of such lines."""
import json
import statistics
import sys


def lines_of_mlp():
    whole = json.load(sys.stdin)
    for line in whole["networks"]:
        if line["threads"] != whole["machine"][-1]["threads"]:
            continue
        tool = "mlp" if line["precision"] == "float" else "mlp bf16"
        print(json.dumps({"tool": tool, "version": whole["version"], "network": line["network"], "threads": line["threads"],
                          "training": line["training_samples_per_second"], "prediction": line["prediction_rows_per_second"],
                          "single": line["single_row_seconds"]}))


def best(figures, network, tool, what, pick):
    """The median with the tool's best number of threads."""
    runs = {}
    for f in figures:
        if f["network"] == network and f["tool"] == tool and f[what] is not None:
            runs.setdefault(f["threads"], []).append(f[what])
    return pick(statistics.median(values) for values in runs.values()) if runs else None


def table(figures, title, what, pick, show, ratio):
    networks = list(dict.fromkeys(f["network"] for f in figures))
    tools = list(dict.fromkeys(f["tool"] for f in figures))
    print(f"\n{title}\n\n| network | " + " | ".join(tools) + " |\n|---|" + "---|" * len(tools))
    for network in networks:
        ours = best(figures, network, "mlp", what, pick)
        cells = []
        for tool in tools:
            value = best(figures, network, tool, what, pick)
            if value is None:
                cells.append("–")
            elif tool == "mlp":
                cells.append(show(value))
            else:
                cells.append(f"{show(value)} ({ratio(ours, value):.3g}×)")
        print(f"| {network} | " + " | ".join(cells) + " |")


if sys.argv[1] == "--mlp":
    lines_of_mlp()
else:
    figures = [json.loads(line) for line in open(sys.argv[1])]
    print(", ".join(sorted({f"{f['tool']} {f['version']}" for f in figures})))
    print("Each tool at its best of 1 and 2 threads, median of the rounds; in brackets how many times mlp is as fast.")
    table(figures, "Training, samples/s", "training", max, lambda v: f"{v:,.0f}", lambda a, b: a / b)
    table(figures, "Prediction of many rows, rows/s", "prediction", max, lambda v: f"{v:,.0f}", lambda a, b: a / b)
    table(figures, "Prediction of one row, µs", "single", min, lambda v: f"{v * 1e6:.3g}", lambda a, b: b / a)
