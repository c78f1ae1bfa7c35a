# SPDX-License-Identifier: MIT
"""peer.py TOOL NETWORK BATCH THREADS SECONDS: prints one line of JSON with samples/s trained and predicted, and the time of one row.

Every tool gets relu, softmax and cross-entropy, Adam at 0.001, float32 and rows in memory, and is used in its fastest way."""
import json
import sys
import time
import warnings

import numpy as np

tool, network, batch, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
sizes = [int(n) for n in network.split("-")]
random = np.random.default_rng(1)
ROWS = max(4096, 8 * batch)
X = random.uniform(-1, 1, (ROWS, sizes[0])).astype(np.float32)
Y = random.integers(0, sizes[-1], ROWS)


def each(work):
    """Seconds of one call: the median of five runs."""
    times = 1
    while True:
        begun = time.perf_counter()
        for _ in range(times):
            work()
        taken = time.perf_counter() - begun
        if taken * 5 >= seconds / 4:
            break
        times *= 2
    times = int(times * seconds / 5 / taken) + 1
    runs = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(times):
            work()
        runs.append((time.perf_counter() - begun) / times)
    return sorted(runs)[2]


def with_torch():
    import torch

    torch.set_num_threads(threads)
    layers = []
    for n, m in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(n, m), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    at = 0

    def step():
        nonlocal at
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(model(x[at : at + batch]), y[at : at + batch])
        loss.backward()
        optimizer.step()
        at = (at + batch) % (8 * batch)

    training = batch / each(step)
    with torch.inference_mode():
        prediction = ROWS / each(lambda: model(x))
        one = x[:1]
        single = each(lambda: model(one))
    return torch.__version__, training, prediction, single


def with_sklearn():
    import sklearn
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    rows = ROWS // batch * batch
    model = MLPClassifier(sizes[1:-1], batch_size=batch, alpha=0.0, max_iter=1, tol=0.0, n_iter_no_change=10**6)
    y = Y[:rows].copy()
    y[: sizes[-1]] = np.arange(sizes[-1])
    training = rows / each(lambda: model.fit(X[:rows], y))
    prediction = ROWS / each(lambda: model.predict_proba(X))
    single = each(lambda: model.predict_proba(X[:1]))
    return sklearn.__version__, training, prediction, single


def with_onnxruntime():
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights, name = [], [], "x"
    for i, (n, m) in enumerate(zip(sizes, sizes[1:])):
        weights += [
            numpy_helper.from_array(random.normal(0, 0.1, (n, m)).astype(np.float32), f"w{i}"),
            numpy_helper.from_array(np.zeros(m, np.float32), f"b{i}"),
        ]
        nodes.append(helper.make_node("Gemm", [name, f"w{i}", f"b{i}"], [f"h{i}"]))
        nodes.append(helper.make_node("Relu" if i + 2 < len(sizes) else "Softmax", [f"h{i}"], [f"y{i}"]))
        name = f"y{i}"
    graph = helper.make_graph(
        nodes,
        "mlp",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, sizes[0]])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, sizes[-1]])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    prediction = ROWS / each(lambda: session.run(None, {"x": X}))
    one = X[:1]
    single = each(lambda: session.run(None, {"x": one}))
    return onnxruntime.__version__, None, prediction, single


version, training, prediction, single = {"torch": with_torch, "sklearn": with_sklearn, "onnxruntime": with_onnxruntime}[tool]()
print(json.dumps({"tool": tool, "version": version, "network": network, "threads": threads, "training": training,
                  "prediction": prediction, "single": single}))
