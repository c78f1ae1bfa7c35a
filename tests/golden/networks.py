#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes networks/: multilayer perceptrons as scikit-learn (skl2onnx), PyTorch (both exporters) and Keras export them, and
the answers of onnxruntime.

    python3 -m venv venv && venv/bin/pip install onnxruntime scikit-learn skl2onnx pandas torch onnxscript keras
    venv/bin/python tests/golden/networks.py tests/golden/networks
    python3 -m venv other && other/bin/pip install onnxruntime tensorflow-cpu tf2onnx
    KERAS_BACKEND=tensorflow other/bin/python tests/golden/networks.py tests/golden/networks

NAME.onnx is a network. NAME.csv has rows: columns with the names that mlp gives them, then the answers of onnxruntime:
"= label" if there are labels, and "= 1", "= 2", ... for probabilities or quantities. versions.txt and
versions-tensorflow.txt name the packages that made them. Frameworks that are not installed are named and left out.
tests/unit/import/networks_test.c and tests/onnx/import compare mlp with these files."""
import csv
import importlib.metadata
import os
import sys
import warnings

backend = os.environ.setdefault("KERAS_BACKEND", "torch")
prefix = "keras-" if backend == "torch" else "keras-%s-" % backend
warnings.filterwarnings("ignore")
import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)
ROWS = 24
draw = np.random.default_rng(20181117)
made = []


def forget_places(path):
    """Removes traces of the machine on which the exporter ran: call stacks in nodes and values."""
    model = onnx.load(path)
    for part in [model, model.graph, *model.graph.node, *model.graph.initializer, *model.graph.input,
                 *model.graph.output, *model.graph.value_info]:
        del part.metadata_props[:]
        part.doc_string = ""
    onnx.save(model, path)


def answers(path, rows):
    """The answers of onnxruntime to a matrix of rows, whose columns go to the inputs of the graph in order."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given, at = {}, 0
    for one in session.get_inputs():
        width = int(np.prod(one.shape[1:]))
        kind = np.float64 if one.type == "tensor(double)" else np.float32
        given[one.name] = rows[:, at : at + width].reshape([len(rows)] + list(one.shape[1:])).astype(kind)
        at += width
    return session.run(None, given)


def split(outputs, finish):
    """The labels among the outputs, or None, and all numbers as a matrix, to which `finish` is applied."""
    labels, numbers = None, []
    for one in outputs:
        if isinstance(one, list):  # one map per row
            one = np.array([[row[key] for key in row] for row in one])
        if one.dtype.kind == "f":
            numbers.append(one.reshape(ROWS, -1))
        elif one.ndim == 1:
            labels = [str(int(x)) if isinstance(x, (bool, np.bool_)) else str(x) for x in one.tolist()]
    numbers = np.hstack(numbers).astype(float)
    return labels, numbers if finish is None else finish(numbers)


def keep(folder, name, rows, columns=None, finish=None):
    """Writes NAME.csv: rows for the network that was exported to NAME.onnx, and its answers to them."""
    forget_places(os.path.join(folder, name + ".onnx"))
    labels, numbers = split(answers(os.path.join(folder, name + ".onnx"), rows), finish)
    columns = columns or ["x%d" % (i + 1) for i in range(rows.shape[1])]
    heads = columns + (["= label"] if labels else []) + ["= %d" % (i + 1) for i in range(numbers.shape[1])]
    with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as file:
        to = csv.writer(file, lineterminator="\n")
        to.writerow(heads)
        for r in range(ROWS):
            to.writerow([repr(float(x)) for x in rows[r]] + ([labels[r]] if labels else []) +
                        [repr(float(x)) for x in numbers[r]])
    made.append(name)


def both(numbers):
    """The probabilities of two labels, from that of the second."""
    return np.hstack([1 - numbers, numbers])


def softmax(numbers):
    shifted = np.exp(numbers - numbers.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


# --- scikit-learn ------------------------------------------------------------------------------------------------------


def scikit_learn(folder):
    import pandas
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.compose import make_column_transformer
    from sklearn.datasets import load_iris
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

    flowers, kind = load_iris(return_X_y=True)
    flowers = flowers.astype(np.float32)
    names = np.array(["setosa", "versi, \"color\"", "virginique é"], dtype=object)[kind]
    rows = (flowers.mean(0) + flowers.std(0) * 1.5 * draw.standard_normal((ROWS, 4))).astype(np.float32)

    def save(name, model, count=4, columns=None, finish=None, types=None, kind=np.float32, **options):
        graph = to_onnx(model, None if types else flowers[:1, :count].astype(kind), initial_types=types, **options)
        onnx.save(graph, os.path.join(folder, name + ".onnx"))
        keep(folder, name, rows[:, :count], columns, finish)

    def labels(**options):
        return MLPClassifier(hidden_layer_sizes=(5,), max_iter=60, random_state=0, **options)

    def quantity(**options):
        return MLPRegressor(hidden_layer_sizes=(4, 3), max_iter=60, random_state=0, **options)

    save("skl-standard", make_pipeline(StandardScaler(), labels()).fit(flowers, names))
    save("skl-min-max", make_pipeline(MinMaxScaler(), labels(activation="logistic")).fit(flowers, kind),
         options={"zipmap": False})
    save("skl-two", make_pipeline(RobustScaler(), labels(activation="tanh")).fit(flowers, kind > 0),
         options={"zipmap": "columns"})
    save("skl-double", make_pipeline(StandardScaler(), labels()).fit(flowers.astype(float), kind + 0.0),
         kind=np.float64, options={"zipmap": False})
    save("skl-places", make_pipeline(make_column_transformer((StandardScaler(), [3, 0]), (MinMaxScaler(), [2, 0])),
                                     labels()).fit(flowers, names), options={"zipmap": False})
    table = pandas.DataFrame(flowers, columns=["sepal_length", "sepal_width", "petal_length", "petal_width"])
    some = make_column_transformer((StandardScaler(), ["petal_width", "sepal_width"]), (MinMaxScaler(), ["petal_length"]))
    save("skl-columns", make_pipeline(some, labels()).fit(table, names), columns=list(table),
         types=[(name, FloatTensorType([None, 1])) for name in table], options={"zipmap": False})
    save("skl-quantity", make_pipeline(SimpleImputer(strategy="median"), MaxAbsScaler(), quantity())
         .fit(flowers[:, :3], flowers[:, 3]), 3)
    save("skl-two-targets", quantity(activation="identity").fit(flowers[:, :2], flowers[:, 2:]), 2)
    save("skl-several-labels", labels().fit(flowers, np.stack([kind == 0, kind == 1, kind > 0], 1)))


# --- PyTorch -----------------------------------------------------------------------------------------------------------


def pytorch(folder):
    import torch
    from torch import nn

    torch.manual_seed(20181117)

    def stirred(model):
        """The model with random statistics of batch normalisation instead of the initial ones."""
        for part in model.modules():
            if isinstance(part, nn.BatchNorm1d):
                part.running_mean.uniform_(-1, 1)
                part.running_var.uniform_(0.3, 2)
        return model.eval()

    def save(name, model, shape=(4,), finish=None):
        rows = (1.5 * draw.standard_normal((ROWS,) + shape)).astype(np.float32)
        example = torch.from_numpy(rows[:3])
        for way in ("old", "new"):
            path = os.path.join(folder, "torch-%s-%s.onnx" % (name, way))
            if way == "old":
                torch.onnx.export(stirred(model), (example,), path, dynamo=False, input_names=["x"],
                                  dynamic_axes={"x": {0: "n"}})
            else:
                torch.onnx.export(stirred(model), (example,), path, dynamo=True, dynamic_shapes=({0: "n"},),
                                  external_data=False, verbose=False)
            keep(folder, "torch-%s-%s" % (name, way), rows.reshape(ROWS, -1), None, finish)

    class Picture(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(12, 6), nn.Linear(6, 1)
            self.register_buffer("mean", torch.randn(12))
            self.register_buffer("scale", torch.rand(12) + 0.5)

        def forward(self, x):
            x = (x.flatten(1) - self.mean) / self.scale
            return torch.sigmoid(self.second(torch.tanh(self.first(x)))).squeeze(-1)

    save("plain", nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Dropout(0.2), nn.Linear(6, 3), nn.Softmax(-1)))
    save("picture", Picture(), (3, 4), both)
    save("smooth", nn.Sequential(nn.Linear(4, 5), nn.SiLU(), nn.Linear(5, 4), nn.Mish(), nn.Linear(4, 4),
                                 nn.GELU(approximate="tanh"), nn.Linear(4, 4), nn.ELU(), nn.Linear(4, 2)))
    save("pieces", nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 5, bias=False), nn.BatchNorm1d(5), nn.LeakyReLU(),
                                 nn.Linear(5, 4), nn.Hardtanh(), nn.Linear(4, 4), nn.ReLU6(), nn.Linear(4, 4),
                                 nn.Softplus(), nn.BatchNorm1d(4), nn.Linear(4, 4), nn.Hardsigmoid(), nn.Linear(4, 4),
                                 nn.SELU(), nn.Linear(4, 4), nn.Softsign(), nn.Linear(4, 3), nn.LogSoftmax(-1)),
         finish=np.exp)
    save("logits", nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)), finish=softmax)


# --- Keras -------------------------------------------------------------------------------------------------------------


def keras(folder):
    import keras
    from keras import layers

    keras.utils.set_random_seed(20181117)

    def save(name, shape, parts, finish=None):
        rows = (1.5 * draw.standard_normal((ROWS,) + shape) + 1).astype(np.float32)
        model = keras.Sequential([keras.Input(shape)] + parts)
        for part in model.layers:
            if isinstance(part, layers.BatchNormalization):
                part.set_weights([draw.uniform(0.5, 2, w.shape) for w in part.get_weights()])
        model(rows[:2])
        model.export(os.path.join(folder, prefix + name + ".onnx"), format="onnx", verbose=False)
        keep(folder, prefix + name, rows.reshape(ROWS, -1), None, finish)

    normal = layers.Normalization()
    normal.adapt(draw.standard_normal((50, 4)) * 3 + 1)
    if backend == "torch":  # with TensorFlow the means become inputs of the graph, so that it cannot be imported
        save("normal", (4,), [normal, layers.Dense(5, activation="relu"), layers.Dropout(0.2), layers.BatchNormalization(),
                              layers.Dense(3, activation="softmax")])
    save("batch", (4,), [layers.Dense(5, activation="relu"), layers.BatchNormalization(),
                         layers.Dense(3, activation="softmax")])
    save("two", (4,), [layers.Dense(5, activation="tanh"), layers.Dense(1, activation="sigmoid")], both)
    save("activations", (4,), [layers.Dense(5, activation=a, bias_initializer="random_normal") for a in
                               ("swish", "elu", "selu", "softplus", "softsign", "hard_sigmoid", "mish", "relu6",
                                "exponential")] + [layers.Dense(2)])
    save("picture", (3, 4), [layers.Rescaling(1 / 255.0), layers.Flatten(), layers.Dense(5, activation="relu"),
                             layers.Dense(1)])


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for make in (scikit_learn, pytorch, keras):
        try:
            make(folder)
        except ImportError as missing:
            print("left out: %s (%s)" % (make.__name__, missing), file=sys.stderr)
    versions = []
    for package in ("onnx", "onnxruntime", "scikit-learn", "skl2onnx", "torch", "onnxscript", "keras", "tensorflow-cpu", "tf2onnx"):
        try:
            versions.append("%s %s\n" % (package, importlib.metadata.version(package)))
        except importlib.metadata.PackageNotFoundError:
            pass
    with open(os.path.join(folder, "versions%s.txt" % prefix[5:-1]), "w", encoding="utf-8") as file:
        file.writelines(versions)
    print("%d networks" % len(made))


main()
