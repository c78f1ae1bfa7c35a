# SPDX-License-Identifier: MIT
"""Workers of any engine make, byte for byte, the model that one process makes, also where one of them is killed."""
import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import mlp
import mlp.distributed

OPTIONS = {"quality": "good", "epochs": 40, "folds": 3, "seed": 5}
LONG = {"hidden": 64, "epochs": 400, "patience": 0, "folds": 3, "members": 2, "seed": 5}


@pytest.fixture(scope="module")
def whole(flowers):
    return mlp.train(flowers, "kind", **OPTIONS).to_bytes()


@pytest.fixture(scope="module")
def long(flowers):
    return mlp.train(flowers, "kind", **LONG).to_bytes()


def processes():
    """Pairs of a process and its command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), folder.joinpath("cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:
            continue


class Killer:
    """Kills one process of this test that is at work, as soon as there is one, while the block runs."""

    def __init__(self, at_work):
        self.at_work, self.killed, self.over = at_work, None, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while self.killed is None and not self.over.wait(0.05):
            for process in self.at_work():
                time.sleep(0.3)
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.killed = process
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.over.set(), self.thread.join()


def test_processes_make_the_same_model(flowers, whole):
    for workers in (1, 2, 3):
        assert mlp.distributed.train(flowers, "kind", workers=workers, **OPTIONS).to_bytes() == whole


def test_a_killed_process_is_replaced(flowers, long):
    def children():
        return [one for one, line in processes() if "import mlp.distributed" in line and
                f"\nPPid:\t{os.getpid()}\n" in Path(f"/proc/{one}/status").read_text()]
    with Killer(children) as killer:
        made = mlp.distributed.train(flowers, "kind", workers=2, **LONG).to_bytes()
    assert killer.killed is not None and made == long


def test_what_is_wrong_is_told_as_everywhere(flowers):
    with pytest.raises(mlp.DataError, match="no column"):
        mlp.distributed.train(flowers, "kin", workers=2)
    with pytest.raises(mlp.ArgumentError, match="engine 'mpi'"):
        mlp.distributed.train(flowers, "kind", engine="mpi")
    with pytest.raises(mlp.ArgumentError, match="a Table stays in its process"):
        mlp.distributed.train(mlp._tables.table_of(flowers), "kind")
    with pytest.raises(mlp.ArgumentError, match="time"):
        mlp.distributed.train(flowers, "kind", workers=2, time=5)


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as found:
            yield found


def test_dask_makes_the_same_model(flowers, whole, client, tmp_path):
    assert mlp.distributed.train(flowers, "kind", engine=client, **OPTIONS).to_bytes() == whole
    assert mlp.distributed.train(flowers, "kind", engine="dask", folder=tmp_path / "job", **OPTIONS).to_bytes() == whole


def test_a_killed_worker_of_dask_is_replaced(flowers, long, client):
    workers = list(client.run(os.getpid).values())

    def at_work():
        return workers[:1] if client.processing() and any(client.processing().values()) else []
    with Killer(at_work) as killer:
        made = mlp.distributed.train(flowers, "kind", engine=client, **LONG).to_bytes()
    assert killer.killed is not None and made == long


def test_frames_of_dask_train_and_are_predicted_by_parts(flowers, client):
    pandas, frames = pytest.importorskip("pandas"), pytest.importorskip("dask.dataframe")
    rows = pandas.DataFrame({name: flowers[name] for name in ("length", "width", "kind")})
    parts = frames.from_pandas(rows, npartitions=4)
    model = mlp.distributed.train(parts, "kind", engine=client, hidden=8, epochs=20, folds=3)
    assert model.to_bytes() == mlp.train(parts.compute(), "kind", hidden=8, epochs=20, folds=3).to_bytes()
    answers = mlp.distributed.predict(model, parts[["length", "width"]])
    assert answers.npartitions == 4
    assert np.array_equal(answers.compute().to_numpy(), model.predict(rows))


@pytest.fixture(scope="module")
def ray():
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False,
             runtime_env={"env_vars": {name: os.environ[name] for name in ("MLP_LIBRARY", "PYTHONPATH") if name in os.environ}})
    yield ray
    ray.shutdown()


def test_ray_makes_the_same_model(flowers, whole, ray):
    assert mlp.distributed.train(flowers, "kind", engine="ray", **OPTIONS).to_bytes() == whole


def test_a_killed_worker_of_ray_is_replaced(flowers, long, ray):
    with Killer(lambda: [one for one, line in processes() if line.startswith("ray::_on_ray")]) as killer:
        made = mlp.distributed.train(flowers, "kind", engine="ray", **LONG).to_bytes()
    assert killer.killed is not None and made == long
