# SPDX-License-Identifier: MIT
"""Pictures, drawn by gnuplot or matplotlib."""
import json
import weakref

from ._errors import ArgumentError
from ._library import PlotRequest, Stream, call, ctypes, lib, made_by


class Figure:
    """A picture. Notebooks show it."""

    def __init__(self, handle):
        self._handle = handle
        self._end = weakref.finalize(self, lib.mlp_figure_free, handle)

    @property
    def title(self):
        return lib.mlp_figure_title(self._handle).decode()

    @property
    def description(self):
        """Sentences that describe what the picture shows."""
        return lib.mlp_figure_description(self._handle).decode()

    def draw(self, format="svg", width=0, height=0):
        """The bytes of the picture as "svg", "png" or "pdf", drawn by gnuplot. Sizes are in pixels;
        0: those of the figure."""
        with Stream() as picture:
            call("mlp_figure_draw", self._handle, format.encode(), width, height, picture.pointer)
        return picture.bytes

    def data(self):
        """The contents of the figure as a dict, described at mlp_figure_json in the library's
        plot.h."""
        with Stream() as text:
            call("mlp_figure_json", self._handle, text.pointer)
        return json.loads(text.bytes)

    def matplotlib(self):
        """A matplotlib Figure to modify or save: `.axes`, `.savefig("a.png")`. Needs matplotlib,
        but not gnuplot."""
        from ._matplotlib import draw
        return draw(self.data())

    def _repr_svg_(self):
        return self.draw().decode()

    def __repr__(self):
        return f"<mlp.Figure: {self.title}>"


def plot(kind, model, table, wishes):
    unknown = set(wishes) - {"x", "y", "label", "title"}
    if unknown:
        raise ArgumentError(f"{sorted(unknown)[0]}= is not an option of a picture; x=, y=, label= and title= are")
    request = PlotRequest(model=model, table=table.handle if table else None,
                          **{name: str(value).encode() for name, value in wishes.items()})
    return Figure(made_by("mlp_plot", made_by("mlp_plot_kind_find", kind.encode()), ctypes.byref(request)))
