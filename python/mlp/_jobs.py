# SPDX-License-Identifier: MIT
"""Long computations: each runs in a thread of its own, reports its progress, and can be stopped."""
import _thread
import ctypes
import threading
from types import SimpleNamespace

from ._bar import ProgressBar
from ._errors import ArgumentError, in_python
from ._library import ON_NOTICE, ON_PROGRESS, TASKS, lib
from ._options import Options

Progress = SimpleNamespace  # that of one epoch: epoch, epochs, seconds, training_loss, validation_loss, network, networks, ...


class Job:
    """A computation in a thread of its own, so that Ctrl-C reaches the thread that waits for it,
    which then sets the flag that stops the library. A subclass defines `work`, which returns the
    result."""
    by_epochs = True  # whether progress is reported epoch by epoch

    def __init__(self, settings, progress=None, notice=None):
        self.notices, self.notice, self.progress = [], notice, listeners(progress)
        self.stop, self.failure, self.result = ctypes.c_int(0), None, None
        self.done = threading.Event()
        self.options = Options(settings)
        # The functions are referenced here as long as the library may call them.
        self.functions = ON_PROGRESS(self._on_epoch), ON_NOTICE(self._on_notice)
        on_epoch, on_notice = (ctypes.cast(function, ctypes.c_void_p) for function in self.functions)
        if not self.progress or not self.by_epochs:
            on_epoch = None
        lib.mlp_train_options_set_stop(self.options.handle, ctypes.byref(self.stop))
        lib.mlp_train_options_listen(self.options.handle, on_epoch, on_notice, None, None)

    def work(self):
        raise NotImplementedError

    def run(self):
        bars = [one for one in self.progress if hasattr(one, "draw")]
        _thread.start_new_thread(self._work, ())  # Thread.start would wait, and Ctrl-C could interrupt that
        while True:
            try:
                while not self.done.wait(0.1):
                    for bar in bars:
                        bar.draw()
                break
            except KeyboardInterrupt:
                self.stop.value = 1
            except BaseException as failure:  # raised by a bar
                bars, self.failure, self.stop.value = [], self.failure or failure, 1
        self.options.free()
        for bar in bars:
            bar.end()
        if self.failure is not None:
            raise self.failure
        return self.result

    def news(self, now):
        """Calls all listeners with the progress. False: one of them stops the computation."""
        try:
            return all([listener(now) is not False for listener in self.progress])
        except BaseException as failure:
            self.failure = self.failure or failure
            return False

    def _on_epoch(self, now, context):
        news = Progress(**{name: getattr(now.contents, name) for name, _ in now.contents._fields_})
        news.task = TASKS[news.task]
        return self.news(news)

    def _on_notice(self, sentence, context):
        try:
            self.notices.append(in_python(sentence.decode("utf-8", "replace"), self.options.given))
            if self.notice:
                self.notice(self.notices[-1])
        except BaseException as failure:
            self.failure = self.failure or failure

    def _work(self):
        try:
            self.result = self.work()
        except BaseException as failure:
            self.failure = self.failure or failure
        finally:
            self.done.set()


def listeners(progress):
    """`progress` (None, True or False, a function, or several) as a list of functions."""
    if progress is None or progress is False:
        return []
    found = list(progress) if isinstance(progress, (list, tuple)) else [progress]
    found = [ProgressBar() if one is True else one for one in found]
    for one in found:
        if not callable(one):
            raise ArgumentError(f"progress is a function, several, or True for a bar, and not a {type(one).__name__}")
    return found
