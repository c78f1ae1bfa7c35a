# SPDX-License-Identifier: MIT
"""Ranks that train together make the model of one process, and end together."""
import multiprocessing
import queue
import socket
import threading

import pytest

import mlp

OPTIONS = {"hidden": 16, "epochs": 8, "batch": 40, "seed": 5, "quality": "fast", "threads": 1}


def row(count):
    """For each of `count` ranks, its sockets to the previous and to the next rank."""
    pairs = [socket.socketpair() for _ in range(count - 1)]
    return list(zip([None] + [b for _, b in pairs], [a for a, _ in pairs] + [None]))


def train_together(flowers, all_ranks, **options):
    """The result of each rank: a model, or an exception."""
    found = {}

    def one(rank, ranks):
        try:
            found[rank] = mlp.train(flowers, "kind", ranks=ranks, **{**OPTIONS, **options})
        except Exception as failure:
            found[rank] = failure
    threads = [threading.Thread(target=one, args=args) for args in enumerate(all_ranks)]
    [thread.start() for thread in threads], [thread.join(60) for thread in threads]
    return [found[rank] for rank in range(len(all_ranks))]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_ranks_by_sockets_make_the_model_of_one_process(flowers, count):
    alone = mlp.train(flowers, "kind", **OPTIONS).to_bytes()
    ranks = [mlp.Ranks.by_sockets(rank, count, *ways, timeout=60) for rank, ways in enumerate(row(count))]
    assert [model.to_bytes() for model in train_together(flowers, ranks)] == [alone] * count


def test_any_means_that_carries_bytes_will_do(flowers):
    ways = {(0, 1): queue.Queue(), (1, 0): queue.Queue()}

    def rank(own):
        return mlp.Ranks(own, 2, lambda to, data: ways[own, to].put(bytes(data)),
                         lambda other, count: ways[other, own].get(timeout=60))
    one, two = train_together(flowers, [rank(0), rank(1)])
    assert one.to_bytes() == two.to_bytes() == mlp.train(flowers, "kind", **OPTIONS).to_bytes()


def child(rank, ways, data, answers):
    ranks = mlp.Ranks.by_sockets(rank, 2, *ways, timeout=60)
    answers.put((rank, mlp.train(data, "kind", ranks=ranks, **OPTIONS).to_bytes()))


def test_processes_train_together(flowers):
    context = multiprocessing.get_context("spawn")
    answers, ways = context.Queue(), row(2)
    children = [context.Process(target=child, args=(rank, ways[rank], flowers, answers)) for rank in range(2)]
    [one.start() for one in children]
    models = dict(answers.get(timeout=120) for _ in children)
    [one.join() for one in children]
    assert models[0] == models[1] == mlp.train(flowers, "kind", **OPTIONS).to_bytes()


@pytest.mark.parametrize("count", [2, 3])
def test_ranks_read_a_file_together(tmp_path, count):
    path = tmp_path / "long.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i % 97},{i * i % 8191},k{i % 3}\n" for i in range(80_000)))  # long enough for several pieces
    options = {**OPTIONS, "epochs": 1, "batch": 5000}
    alone = mlp.train(path, "kind", **options).to_bytes()
    ranks = [mlp.Ranks.by_sockets(rank, count, *ways, timeout=60) for rank, ways in enumerate(row(count))]
    assert [model.to_bytes() for model in train_together(path, ranks, **options)] == [alone] * count
    path.write_text(path.read_text() + "1,2\n")
    ranks = [mlp.Ranks.by_sockets(rank, count, *ways, timeout=60) for rank, ways in enumerate(row(count))]
    failures = train_together(path, ranks, **options)
    assert all(isinstance(failure, mlp.DataError) and "80002" in str(failure) for failure in failures)


def test_what_a_transport_raises_while_reading_is_raised(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("a,kind\n1,x\n2,y\n")

    def lost(*_):
        raise OSError("the cable is out")
    with pytest.raises(OSError, match="the cable is out"):
        mlp.train(path, "kind", ranks=mlp.Ranks(0, 2, lost, lost), **OPTIONS)


def test_what_a_transport_raises_is_raised(flowers):
    class Lost(Exception):
        pass

    def lost(*_):
        raise Lost("the cable is out")
    with pytest.raises(Lost, match="the cable is out"):
        mlp.train(flowers, "kind", ranks=mlp.Ranks(0, 2, lost, lost), **OPTIONS)


def test_who_is_silent_is_given_up(flowers):
    (_, behind), _ = row(2)
    with pytest.raises(TimeoutError):
        mlp.train(flowers, "kind", ranks=mlp.Ranks.by_sockets(0, 2, None, behind, timeout=0.3), **OPTIONS)


def test_ranks_with_other_settings_are_refused(flowers):
    ranks = [mlp.Ranks.by_sockets(rank, 2, *ways, timeout=60) for rank, ways in enumerate(row(2))]
    found = {}

    def one(rank, epochs):
        with pytest.raises(mlp.ArgumentError, match="rank 1 does not train what rank 0 trains"):
            mlp.train(flowers, "kind", ranks=ranks[rank], **{**OPTIONS, "epochs": epochs})
        found[rank] = True
    threads = [threading.Thread(target=one, args=args) for args in ((0, 8), (1, 9))]
    [thread.start() for thread in threads], [thread.join(60) for thread in threads]
    assert found == {0: True, 1: True}
