# SPDX-License-Identifier: MIT
"""mnist.py FOLDER [SEEDS]: seconds of training until 98 % of MNIST's test images are classified correctly
(784-256-128-10, relu, Adam 0.001, batches of 128, evaluated after each epoch), not counting the
time to read the images. FOLDER holds the four gzip IDX files; run from the project's folder with
the Python of build/peers/venv."""
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

folder, seeds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
TARGET, EPOCHS = 0.98, 60


def images(name):
    data = np.frombuffer(gzip.open(f"{folder}/{name}").read(), np.uint8)[16:].reshape(-1, 784).astype(np.float32)
    return data


def labels(name):
    return np.frombuffer(gzip.open(f"{folder}/{name}").read(), np.uint8)[8:].astype(np.int64)


X, y = images("train-images-idx3-ubyte.gz"), labels("train-labels-idx1-ubyte.gz")
Xt, yt = images("t10k-images-idx3-ubyte.gz"), labels("t10k-labels-idx1-ubyte.gz")
mean, deviation = X.mean(), X.std()
X, Xt = (X - mean) / deviation, (Xt - mean) / deviation


def with_mlp(seed):
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(
            ["build/mlp", "train", f"{folder}/train-images-idx3-ubyte.gz", "--labels", f"{folder}/train-labels-idx1-ubyte.gz",
             "--validation", f"{folder}/t10k-images-idx3-ubyte.gz", "--validation-labels", f"{folder}/t10k-labels-idx1-ubyte.gz",
             "--hidden", "256,128", "--activation", "relu", "--l2", "0", "--batch", "128", "--epochs", str(EPOCHS), "--patience",
             "0", "--seed", str(seed), "--quiet", "--log", f"{work}/log", "-o", f"{work}/m.mlp"], check=True)
        for line in map(json.loads, open(f"{work}/log")):
            if line["validation_metric"] >= TARGET:
                return line["seconds"], line["epoch"]
    return None, EPOCHS


def with_torch(seed):
    import torch

    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 128), torch.nn.ReLU(),
                                torch.nn.Linear(128, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
    x, t, xt, tt = map(torch.from_numpy, (X, y, Xt, yt))
    begun = time.perf_counter()
    for epoch in range(1, EPOCHS + 1):
        for rows in torch.randperm(len(x)).split(128):
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(model(x[rows]), t[rows]).backward()
            optimizer.step()
        with torch.inference_mode():
            if (model(xt).argmax(1) == tt).float().mean() >= TARGET:
                return time.perf_counter() - begun, epoch
    return None, EPOCHS


def with_sklearn(seed):
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    model = MLPClassifier((256, 128), batch_size=128, alpha=0.0, random_state=seed)
    begun = time.perf_counter()
    for epoch in range(1, EPOCHS + 1):
        model.partial_fit(X, y, classes=range(10))
        if model.score(Xt, yt) >= TARGET:
            return time.perf_counter() - begun, epoch
    return None, EPOCHS


for name, run in {"mlp": with_mlp, "torch": with_torch, "sklearn": with_sklearn}.items():
    results = [run(seed) for seed in range(1, seeds + 1)]
    print(name, "seconds and epochs:", [(round(s, 2) if s else None, e) for s, e in results], "median",
          round(statistics.median(s if s else float("inf") for s, _ in results), 2), flush=True)
