# SPDX-License-Identifier: MIT
"""Training, cross-validation and tuning on the machines of an engine that is already running (Dask,
Ray or Spark), or in several processes on this machine.

    import mlp.distributed
    model = mlp.distributed.train("iris.csv", "species", engine=client)    # a dask.distributed.Client, "dask", "ray", "spark", None

The networks of a training run, or the training runs of a search, are distributed among workers. The
result is the same as that of mlp.train, mlp.cross_validate or mlp.tune; a model is identical byte
for byte. The engine replaces a worker that is killed, and repeats the work that it had begun."""
import contextlib
import ctypes
import os
import pickle
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ._errors import ArgumentError, MlpError, ModelError
from ._library import call
from ._model import Model
from ._options import target_names
from ._search import CrossValidating, Tuner
from ._tables import Table, table_of
from ._train import Training

RETRIES = 3


def train(data, target=None, *, engine=None, workers=None, folder=None, notice=None, **settings):
    """mlp.train with several workers. Each of them needs all rows.

    data         a path that all workers can read, anything that mlp.train accepts except for a
                 Table, or a data frame of Dask or Spark or a dataset of Ray
    engine       a dask.distributed.Client, "dask" (the current client, or one on this machine),
                 "ray", a SparkSession, "spark" (the current session, or one on this machine), or
                 None for processes on this machine
    workers      number of workers; default: all that the engine has
    folder       a folder that all workers can use; without it, the engine returns their results, in
                 rounds
    notice       called with each notice of training, a sentence
    settings     options of mlp.train; `threads` is by default the number of threads that the engine
                 gives to a worker"""
    return _share("train", data, (target,), settings, engine, workers, folder, notice)


def cross_validate(data, target=None, *, engine=None, workers=None, folder=None, folds=5, repeats=1, notice=None, **settings):
    """mlp.cross_validate with several workers: each fold is trained by one of them. Returns a
    CrossValidation.

    data, engine, workers, folder   as in train"""
    return _share("cross_validate", data, (target, folds, repeats), settings, engine, workers, folder, notice)


def tune(data, target=None, *, engine=None, workers=None, folder=None, search=None, trials=None, holdout=None, notice=None,
         **settings):
    """mlp.tune with several workers. It needs `trials`: with a time, its end would depend on the
    machines. Returns a Tuning, the same as that of mlp.tune except for the seconds.

    data, engine, workers, folder   as in train"""
    if trials is None:
        raise ArgumentError("give trials, the number of options that workers try; a time would end at a point that depends on each machine")
    wishes = {"trials": trials, "time": 0, "holdout": holdout}
    return _share("tune", data, (target, search or {}, wishes), settings, engine, workers, folder, notice)


def _share(what, data, wishes, settings, engine, workers, folder, notice):
    if isinstance(data, Table):
        raise ArgumentError("a Table stays in its process; give the path, or the data that it was made of")
    data, engine = _collected(data), _engine_of(engine, data)
    workers = workers or engine.workers()
    task = what, _everywhere(data), wishes, settings, workers
    sent = engine.send(task)
    with tempfile.TemporaryDirectory() as here:
        if folder is None and not engine.sees_files:
            _rounds(engine, sent, workers, here)
        else:
            shared = os.path.abspath(folder or here)
            engine.map(_work, sent, [(shared, worker) for worker in range(workers)])
        return _do(task, "merge", folder or here, notice=notice)


def predict(model, data, method="predict"):
    """Calls model.predict, or another method that returns a value for each row. A data frame of
    Dask or Spark, or a dataset of Ray, is predicted by partitions, on the workers that hold them.
    With Dask the result is a series with the index of `data`. Rows of Spark and Ray have no number
    and no fixed order: with them, the result is `data` with an additional column `predicted`."""
    if _is_of(data, "dask"):
        return data.map_partitions(_predict_frame, model, method, meta=_predict_frame(data._meta_nonempty, model, method))
    if _is_of(data, "ray"):
        return data.map_batches(lambda frame: frame.assign(predicted=_predict_frame(frame, model, method)), batch_format="pandas")
    if _is_of(data, "pyspark"):
        return _predict_spark(data.drop("predicted"), model, method)
    return getattr(model, method)(data)


def _predict_spark(data, model, method):
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType
    kind = DoubleType() if _predict_frame(data.limit(1).toPandas(), model, method).dtype.kind in "fiub" else StringType()

    def add(batches):
        import pyarrow
        as_arrow = pyarrow.float64() if isinstance(kind, DoubleType) else pyarrow.string()
        for batch in batches:
            answers = pyarrow.array(_predict_frame(batch.to_pandas(), model, method), as_arrow, from_pandas=True)
            yield pyarrow.RecordBatch.from_arrays([*batch.columns, answers], [*batch.schema.names, "predicted"])

    return data.mapInArrow(add, StructType([*data.schema.fields, StructField("predicted", kind)]))


def _predict_frame(frame, model, method):
    import pandas
    return pandas.Series(getattr(model, method)(frame), index=frame.index, name="predicted")


# --- workers -----------------------------------------------------------------------------------------------------------


class _Shared(Training):
    """A shared training run, or a worker's part of it, by a function of mlp/job.h."""

    def __init__(self, data, target, settings, notice=None, *, job, function):
        if target is not None:
            settings = {**settings, "target": target_names(target)}
        super().__init__(table_of(data), None, {**settings, **job}, notice=notice)
        self.function = function

    def work(self):
        ahead, made, finished = [self.table.handle, None, self.options.handle], ctypes.c_void_p(), ctypes.c_bool()
        behind = {"mlp_job_merge": [ctypes.byref(made), None], "mlp_job_part": [ctypes.byref(finished)]}
        call(self.function, *ahead, *behind.get(self.function, []), given=self.options.given)
        return Model(made.value, self.notices) if self.function == "mlp_job_merge" else finished.value


# The computations that can be shared: the class of each, and the library's function for each way of
# taking part.
_SHARED = {
    "train": (_Shared, {"work": "mlp_job_work", "part": "mlp_job_part", "merge": "mlp_job_merge"}),
    "cross_validate": (CrossValidating, {"work": "mlp_cross_validate", "part": "mlp_job_part_folds",
                                         "merge": "mlp_job_merge_folds"}),
    "tune": (Tuner, {"work": "mlp_tune", "part": "mlp_job_part_tuning", "merge": "mlp_job_merge_tuning"}),
}


def _do(task, way, folder, notice=None, **job):
    what, data, wishes, settings, workers = task
    kind, functions = _SHARED[what]
    job = {"job": os.fspath(folder), "workers": workers, **{name: value for name, value in job.items() if name not in settings}}
    return kind(data, *wishes, settings, notice=notice, job=job, function=functions[way]).run()


def _work(task, folder, worker, threads=0):
    """Works in a folder that all workers share, until the job is finished."""
    _do(task, "work", folder, worker=worker, threads=threads)


def _part(task, files, worker, threads=0):
    """Does a part of a job, starting from `files`. Returns whether the job is finished, and the new
    files."""
    with tempfile.TemporaryDirectory() as folder:
        _write(files, folder)
        finished = _do(task, "part", folder, worker=worker, threads=threads)
        return finished, {path.name: path.read_bytes() for path in Path(folder).iterdir()
                          if path.suffix in (".cell", ".json") and path.name not in files}


def _rounds(engine, sent, workers, here):
    """Lets all workers do parts of the job, and passes the files of each worker to all others,
    until the job is finished."""
    files = {}
    while True:
        known = engine.send(files)
        done = engine.map(_part, sent, [(known, worker) for worker in range(workers)])
        new = {name: content for _, found in done for name, content in found.items()}
        _write(new, here)
        if any(finished for finished, _ in done):
            return
        if not new:
            raise ModelError("no worker is left, and the job is not finished")
        files = {**files, **new}


def _write(files, folder):
    for name, content in files.items():
        Path(folder, name).write_bytes(content)


# --- data --------------------------------------------------------------------------------------------------------------


def _is_of(data, package):
    return type(data).__module__.partition(".")[0].split("_")[0] == package


def _collected(data):
    """The data in one piece, since every worker needs all rows."""
    if _is_of(data, "dask"):
        return data.compute()
    if _is_of(data, "ray"):
        return data.to_pandas()
    if _is_of(data, "pyspark"):
        return data.toPandas()
    return data


def _everywhere(data):
    """The data with an absolute path, since workers may have another working directory."""
    return os.path.abspath(data) if isinstance(data, (str, os.PathLike)) else data


# --- engines -----------------------------------------------------------------------------------------------------------
#
# workers() returns the number of workers. send(x) returns a value that represents x in the
# arguments of tasks. map(function, sent, rest) returns the list of function(sent, *arguments) for
# each `arguments` in rest, computed by workers, any of which may die. sees_files: all workers are
# on this machine.


def _engine_of(engine, data):
    if engine is None:
        engine = "processes"
    if engine == "processes":
        return _Processes()
    if engine == "dask" or _is_of(engine, "distributed"):
        return _Dask(engine)
    if engine == "ray":
        return _Ray()
    if engine == "spark" or _is_of(engine, "pyspark"):
        return _Spark(engine)
    raise ArgumentError(f"engine {engine!r}: give a dask.distributed.Client, \"dask\", \"ray\", a SparkSession, \"spark\", or "
                        "None for processes")


class _Processes:
    sees_files = True

    def workers(self):
        return min(4, os.cpu_count() or 1)

    def send(self, value):
        return value

    def map(self, function, sent, rest):
        threads = max(1, (os.cpu_count() or 1) // len(rest))
        with ThreadPoolExecutor(len(rest)) as pool:
            return list(pool.map(lambda arguments: _in_process(function, (sent, *arguments, threads)), rest))


def _in_process(function, arguments):
    """Calls a function in a Python process of its own, and repeats it if the process is killed."""
    task = pickle.dumps((sys.path, function.__name__, arguments))
    for _ in range(RETRIES + 1):
        ended = subprocess.run([sys.executable, "-c", _PROCESS], input=task, stdout=subprocess.PIPE, check=False)
        if ended.returncode == 0:
            good, result = pickle.loads(ended.stdout)
            if good:
                return result
            raise result
    raise MlpError(f"a worker ended with {ended.returncode}, again and again")


_PROCESS = """
import pickle, sys
path, name, arguments = pickle.load(sys.stdin.buffer)
sys.path[:] = path
import mlp.distributed
try:
    answer = True, getattr(mlp.distributed, name)(*arguments)
except mlp.MlpError as failure:
    answer = False, failure
sys.stdout.buffer.write(pickle.dumps(answer))
"""


class _Dask:
    sees_files = False

    def __init__(self, engine):
        import distributed
        if engine != "dask":
            self.client = engine
            return
        with contextlib.suppress(ValueError):
            self.client = distributed.get_client()
            return
        self.client = distributed.Client()

    def workers(self):
        return max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))

    def send(self, value):
        return self.client.scatter([value], broadcast=True, hash=False)[0]  # all workers hold it, in case one is killed

    def map(self, function, sent, rest):
        tasks = [self.client.submit(_on_dask, function, sent, *arguments, pure=False, retries=RETRIES)
                 for arguments in rest]
        return self.client.gather(tasks)


def _on_dask(function, *arguments):
    from distributed import get_worker
    return function(*arguments, threads=get_worker().state.nthreads)


class _Ray:
    sees_files = False

    def __init__(self):
        import ray
        self.ray = ray
        if not ray.is_initialized():
            ray.init(log_to_driver=False)

    def workers(self):
        return max(1, int(self.ray.cluster_resources().get("CPU", 1)))

    def send(self, value):
        return self.ray.put(value)

    def map(self, function, sent, rest):
        task = self.ray.remote(max_retries=RETRIES)(_on_ray)
        return self.ray.get([task.remote(function, sent, *arguments) for arguments in rest])


def _on_ray(function, *arguments):
    return function(*arguments, threads=1)  # a task has one processor


class _Spark:
    sees_files = False

    def __init__(self, engine):
        if engine == "spark":
            from pyspark.sql import SparkSession
            engine = SparkSession.builder.getOrCreate()
        self.context = engine.sparkContext

    def workers(self):
        return max(1, self.context.defaultParallelism)

    def send(self, value):
        return self.context.broadcast(value)

    def map(self, function, sent, rest):
        threads = int(self.context.getConf().get("spark.task.cpus", "1"))
        tasks = self.context.parallelize(rest, len(rest))  # Spark repeats a failed task up to three times
        done = tasks.map(lambda arguments: _on_spark(function, (sent, *arguments), threads)).collect()
        for good, result in done:
            if not good:
                raise result
        return [result for _, result in done]


def _on_spark(function, arguments, threads):
    """Returns True and the result, or False and the MlpError. Raising it would make Spark repeat
    the task, and raise an error of its own."""
    from pyspark import Broadcast
    try:
        there = [argument.value if isinstance(argument, Broadcast) else argument for argument in arguments]
        return True, function(*there, threads=threads)
    except MlpError as failure:
        return False, failure
