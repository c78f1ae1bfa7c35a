# SPDX-License-Identifier: MIT
"""Ranks: processes that train one network together."""
import contextlib
import ctypes
import os

from ._errors import MlpError
from ._library import ON_RECEIVE, ON_SEND, RanksFace, call, made_by
from ._tables import Table, table_of

FAILED = 2  # MLP_ERROR_OUTPUT


class Ranks:
    """Connects this process to its neighbours among several processes that train one network
    together, each with mlp.train(data, ..., ranks=...) and the same data and settings. All of them
    get the same model as a single process would, byte for byte.

    rank, ranks  the number of this process, from 0, and the number of processes
    send         send(to, bytes): `to` is rank - 1 or rank + 1; bytes are valid until send returns
    receive      receive(from_rank, count): waits for `count` bytes from that rank, and returns them

    An exception in one of these functions ends training, and train raises it. The functions should
    give up waiting after about a minute."""

    def __init__(self, rank, ranks, send, receive):
        self.rank, self.ranks, self.send, self.receive, self.failure = rank, ranks, send, receive, None
        self.functions = ON_SEND(self._send), ON_RECEIVE(self._receive)  # referenced as long as the library calls them
        self.face = RanksFace(ctypes.sizeof(RanksFace), rank, ranks, *self.functions, None)

    @classmethod
    def by_sockets(cls, rank, ranks, before=None, behind=None, timeout=45.0):
        """Uses connected sockets to the previous rank (`before`; None for rank 0) and to the next
        one (`behind`; None for the last rank). The program that starts the processes must give each
        process the addresses of its neighbours. `timeout` is in seconds."""
        ways = {rank - 1: before, rank + 1: behind}
        for way in ways.values():
            if way is not None:
                way.settimeout(timeout)

        def receive(other, count):
            whole = bytearray(count)
            rest = memoryview(whole)
            while rest:
                got = ways[other].recv_into(rest)
                if not got:
                    raise ConnectionError(f"rank {other} has ended")
                rest = rest[got:]
            return whole
        return cls(rank, ranks, lambda other, data: ways[other].sendall(data), receive)

    def _give(self, options):
        call("mlp_train_options_set_ranks", options.handle, ctypes.byref(self.face))

    def _table_of(self, data):
        """Like table_of, except that all ranks together read the file that a path names."""
        if not isinstance(data, (str, os.PathLike)):
            return table_of(data)
        with self._own_failure():
            return Table(made_by("mlp_table_read_shared", os.fsencode(data), None, ctypes.byref(self.face), False, None))

    @contextlib.contextmanager
    def _own_failure(self):
        """Raises the exception of `send` or `receive` instead of the MlpError that it caused."""
        try:
            yield
        except MlpError:
            if self.failure is not None:
                raise self.failure
            raise

    def _guard(self, work):
        try:
            work()
            return 0
        except BaseException as failure:
            self.failure = self.failure or failure
            return FAILED

    def _send(self, context, to, data, count, err):
        view = memoryview((ctypes.c_char * count).from_address(data)).cast("B") if count else memoryview(b"")
        return self._guard(lambda: self.send(to, view))

    def _receive(self, context, other, data, count, err):
        def work():
            got = bytes(self.receive(other, count))
            if len(got) != count:
                raise ValueError(f"receive returned {len(got)} bytes of rank {other}, and {count} were wanted")
            ctypes.memmove(data, got, count)
        return self._guard(work)
