# SPDX-License-Identifier: MIT
"""Progress bars for terminals and notebooks."""
import html
import math
import shutil
import sys

CELLS = 24  # characters of a bar in a terminal


class ProgressBar:
    """Shows a bar and the latest metrics: progress=mlp.ProgressBar(), or progress=True for short.

    The bar is a line on `file` (default: standard error) if `file` is a terminal, or appears in the
    notebook; elsewhere nothing is shown."""

    def __init__(self, file=None):
        self.file, self.now, self._display = file, None, None

    def __call__(self, now):
        """Keeps the latest progress; any thread may call this. The thread that waits for the result
        draws the progress."""
        self.now = now

    def draw(self):
        if self.now is None:
            return
        share, text = _share(self.now), words(self.now)
        if _in_notebook():
            return self._show({"text/html": f"<progress value='{share:.3f}' max='1'></progress> {html.escape(text)}",
                               "text/plain": text})
        file = self.file or sys.stderr
        if file is not None and file.isatty():
            full = round(share * CELLS)
            line = f"{'█' * full}{'░' * (CELLS - full)} {text}"
            file.write(f"\r\x1b[K{line[:shutil.get_terminal_size().columns - 1]}")
            file.flush()

    def end(self):
        """Draws the last progress, and leaves it on the screen."""
        self.draw()
        file = self.file or sys.stderr
        if self.now is not None and not _in_notebook() and file is not None and file.isatty():
            file.write("\n")
            file.flush()
        self.now = self._display = None

    def _show(self, data):
        from IPython.display import display
        if self._display is None:
            self._display = display(data, raw=True, display_id=True)
        else:
            self._display.update(data, raw=True)


def words(now):
    """The progress of a training run, a cross-validation or a search, in one line."""
    if hasattr(now, "folds"):
        return f"{now.done} of {now.folds} folds"
    if hasattr(now, "trials"):
        return (f"{now.trials} trials, {now.trainings} training runs in {now.seconds:.0f} s; best {now.best:.4g}, the defaults "
                f"{now.defaults:.4g}")
    place = f"epoch {now.epoch}/{now.epochs}"
    if now.networks > 1:
        place = f"network {now.network}/{now.networks}  {place}"
    metric = "accuracy" if now.task == "classification" else "rmse"
    numbers = [("loss", now.training_loss), ("validation", now.validation_loss), (metric, now.validation_metric)]
    return "  ".join([place, *(f"{name} {value:.4g}" for name, value in numbers if not math.isnan(value)),
                      f"{now.seconds:.1f} s"])


def _share(now):
    if hasattr(now, "folds"):
        return now.done / now.folds
    if hasattr(now, "trials"):
        return now.share
    return min(1.0, (now.finished + now.epoch / now.epochs) / now.networks)


def _in_notebook():
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")
