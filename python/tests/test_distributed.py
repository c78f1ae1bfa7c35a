# SPDX-License-Identifier: MIT
"""Workers of any engine make the model of one process, byte for byte, and find the same in
cross-validation and tuning, even if one of them is killed."""
import os
import shutil
import sys

import numpy as np
import pytest

import mlp
import mlp.distributed

OPTIONS = {"quality": "good", "epochs": 40, "folds": 3, "seed": 5}
LONG = {"hidden": 64, "epochs": 400, "patience": 0, "folds": 3, "members": 2, "seed": 5}
FOLDING = {"folds": 3, "repeats": 2, "hidden": 8, "epochs": 20, "seed": 5}
TUNING = {"trials": 4, "search": {"hidden": ["4", "8,4"], "learning_rate": (1e-5, 0.1)}, "epochs": 20, "learning_rate": 1e-5, "seed": 5}


@pytest.fixture(scope="module")
def whole(flowers):
    return mlp.train(flowers, "kind", **OPTIONS).to_bytes()


@pytest.fixture(scope="module")
def long(flowers):
    return mlp.train(flowers, "kind", **LONG).to_bytes()


def told(found):
    """Everything that a search found except for the seconds, with all digits."""
    if isinstance(found, mlp.Tuning):
        trials = [(one.number, one.options, one.stage, one.figure, one.failure) for one in found.trials]
        return repr((found.task, found.best, found.figure, trials, found.held_out, found.trainings))
    folds = [(one.repeat, one.fold, one.rows.tolist(), one.epochs, one.figures, one.values.tolist(), one.predictions.tolist())
             for one in found.folds]
    return repr((found.task, found.figures, found.baseline, found.rows, folds))


@pytest.fixture(scope="module")
def folded(flowers):
    return told(mlp.cross_validate(flowers, "kind", **FOLDING))


@pytest.fixture(scope="module")
def tuned(flowers):
    found = mlp.tune(flowers, "kind", **TUNING)
    assert found.held_out  # so that the trainings of the comparison are tested, too
    return told(found)


DIE = """
import os, pathlib, signal
from mlp import _jobs

def die(now):
    if getattr(now, "epoch", 20) >= 20:
        os.kill(os.getpid(), signal.SIGKILL)

try:
    if os.getpid() != parent:
        pathlib.Path(marker).touch(exist_ok=False)
        _jobs.listeners = lambda progress: [die]
except FileExistsError:
    pass
"""


class Deadly(dict):
    """A dict of columns. The first worker that receives it kills itself in the 20th epoch of a
    training, or after the first training of a search."""

    def __init__(self, columns, folder):
        super().__init__(columns)
        self.marker = str(folder / "killed")

    def __reduce__(self):
        return eval, ("exec(code, globals()) or columns",
                      {"code": DIE, "marker": self.marker, "parent": os.getpid(), "columns": dict(self)})

    def killed(self):
        return os.path.exists(self.marker)


def test_processes_make_the_same_model(flowers, whole):
    for workers in (1, 2, 3):
        assert mlp.distributed.train(flowers, "kind", workers=workers, **OPTIONS).to_bytes() == whole


def test_a_killed_process_is_replaced(flowers, long, tmp_path):
    rows = Deadly(flowers, tmp_path)
    made = mlp.distributed.train(rows, "kind", workers=2, **LONG).to_bytes()
    assert rows.killed() and made == long


def test_processes_search_as_one_does(flowers, folded, tuned, tmp_path):
    for workers in (1, 3):
        assert told(mlp.distributed.cross_validate(flowers, "kind", workers=workers, **FOLDING)) == folded
    assert told(mlp.distributed.tune(flowers, "kind", workers=2, folder=tmp_path / "job", **TUNING)) == tuned


def test_a_process_killed_in_a_search_is_replaced(flowers, folded, tuned, tmp_path):
    rows = Deadly(flowers, tmp_path)
    assert told(mlp.distributed.cross_validate(rows, "kind", workers=2, **FOLDING)) == folded and rows.killed()
    os.remove(rows.marker)
    assert told(mlp.distributed.tune(rows, "kind", workers=2, **TUNING)) == tuned and rows.killed()


def test_what_is_wrong_is_told_as_everywhere(flowers):
    with pytest.raises(mlp.DataError, match="no column"):
        mlp.distributed.train(flowers, "kin", workers=2)
    with pytest.raises(mlp.ArgumentError, match="engine 'mpi'"):
        mlp.distributed.train(flowers, "kind", engine="mpi")
    with pytest.raises(mlp.ArgumentError, match="a Table stays in its process"):
        mlp.distributed.train(mlp._tables.table_of(flowers), "kind")
    with pytest.raises(mlp.ArgumentError, match="time"):
        mlp.distributed.train(flowers, "kind", workers=2, time=5)
    with pytest.raises(mlp.DataError, match="no column"):
        mlp.distributed.cross_validate(flowers, "kin", workers=2)
    with pytest.raises(mlp.ArgumentError, match="^give trials"):
        mlp.distributed.tune(flowers, "kind", workers=2)
    with pytest.raises(mlp.ArgumentError, match="no training option.*journal"):
        mlp.distributed.tune(flowers, "kind", workers=2, trials=3, journal="j.jsonl")


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as found:
            yield found


def test_dask_makes_the_same_model(flowers, whole, client, tmp_path):
    assert mlp.distributed.train(flowers, "kind", engine=client, **OPTIONS).to_bytes() == whole
    assert mlp.distributed.train(flowers, "kind", engine="dask", folder=tmp_path / "job", **OPTIONS).to_bytes() == whole


def test_dask_searches_as_one_process_does(flowers, folded, tuned, client, tmp_path):
    assert told(mlp.distributed.cross_validate(flowers, "kind", engine=client, **FOLDING)) == folded
    assert told(mlp.distributed.tune(flowers, "kind", engine=client, folder=tmp_path / "job", **TUNING)) == tuned
    rows = Deadly(flowers, tmp_path)
    assert told(mlp.distributed.tune(rows, "kind", engine=client, **TUNING)) == tuned and rows.killed()
    client.wait_for_workers(3)


def test_a_killed_worker_of_dask_is_replaced(flowers, long, client, tmp_path):
    before = set(client.run(os.getpid).values())
    rows = Deadly(flowers, tmp_path)
    made = mlp.distributed.train(rows, "kind", engine=client, **LONG).to_bytes()
    client.wait_for_workers(len(before))
    assert rows.killed() and set(client.run(os.getpid).values()) != before and made == long


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


def test_ray_searches_as_one_process_does(flowers, folded, tuned, ray, tmp_path):
    assert told(mlp.distributed.cross_validate(flowers, "kind", engine="ray", **FOLDING)) == folded
    rows = Deadly(flowers, tmp_path)
    assert told(mlp.distributed.tune(rows, "kind", engine="ray", **TUNING)) == tuned and rows.killed()


def test_datasets_of_ray_are_predicted_by_parts(flowers, ray):
    pandas = pytest.importorskip("pandas")
    rows = pandas.DataFrame({name: flowers[name] for name in ("length", "width", "kind")})
    model = mlp.train(rows, "kind", hidden=8, epochs=20)
    import ray.data
    answers = mlp.distributed.predict(model, ray.data.from_pandas(rows).repartition(3)).to_pandas()
    assert sorted(answers["length"]) == sorted(rows["length"])
    assert np.array_equal(answers["predicted"].to_numpy(), model.predict(answers[["length", "width"]]))


def test_a_killed_worker_of_ray_is_replaced(flowers, long, ray, tmp_path):
    rows = Deadly(flowers, tmp_path)
    made = mlp.distributed.train(rows, "kind", engine="ray", **LONG).to_bytes()
    assert rows.killed() and made == long


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (sql.SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
               .config("spark.ui.showConsoleProgress", "false")
               .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(sys.path)).getOrCreate())
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def test_spark_makes_the_same_model(flowers, whole, spark, tmp_path):
    assert mlp.distributed.train(flowers, "kind", engine=spark, workers=3, **OPTIONS).to_bytes() == whole
    assert mlp.distributed.train(flowers, "kind", engine="spark", folder=tmp_path / "job", **OPTIONS).to_bytes() == whole
    with pytest.raises(mlp.DataError, match="no column"):
        mlp.distributed.train(flowers, "kin", engine=spark)


def test_spark_searches_as_one_process_does(flowers, folded, tuned, spark, tmp_path):
    assert told(mlp.distributed.cross_validate(flowers, "kind", engine=spark, workers=3, **FOLDING)) == folded
    rows = Deadly(flowers, tmp_path)
    assert told(mlp.distributed.tune(rows, "kind", engine=spark, **TUNING)) == tuned and rows.killed()


def test_a_killed_worker_of_spark_is_replaced(flowers, long, spark, tmp_path):
    rows = Deadly(flowers, tmp_path)
    made = mlp.distributed.train(rows, "kind", engine=spark, **LONG).to_bytes()
    assert rows.killed() and made == long


def test_frames_of_spark_train_and_are_predicted_by_parts(flowers, spark):
    pandas = pytest.importorskip("pandas")
    rows = pandas.DataFrame({name: flowers[name] for name in ("length", "width", "kind")})
    frame = spark.createDataFrame(rows)
    assert frame.rdd.getNumPartitions() > 1
    model = mlp.distributed.train(frame, "kind", engine=spark, hidden=8, epochs=20, folds=3)
    collected = frame.toPandas()
    assert model.to_bytes() == mlp.train(collected, "kind", hidden=8, epochs=20, folds=3).to_bytes()
    answers = mlp.distributed.predict(model, frame.repartition(5)).toPandas()  # in another order
    assert list(answers) == ["length", "width", "kind", "predicted"]
    assert np.array_equal(answers["predicted"].to_numpy(), model.predict(answers[["length", "width"]]))
    order = list(answers)[:-1]
    pandas.testing.assert_frame_equal(answers[order].sort_values(order, ignore_index=True),
                                      collected.sort_values(order, ignore_index=True))
