# SPDX-License-Identifier: MIT
"""Draws figures with matplotlib, from the library's description of their contents."""
import math

import numpy as np

PIXELS = 96  # per inch
SMALL = 8  # font size of texts in grids, in points


def draw(of):
    """Makes a matplotlib Figure from a figure in the library's JSON."""
    from matplotlib.figure import Figure  # unlike pyplot's, it has no window
    columns = min(of["columns"], len(of["panels"])) or 1
    rows = math.ceil(len(of["panels"]) / columns)
    figure = Figure(figsize=(of["width"] / PIXELS, of["height"] / PIXELS), dpi=PIXELS, layout="constrained")
    figure.suptitle(_plain(of["title"]))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel, ax in zip(of["panels"], axes):
        _panel(figure, ax, panel)
    for ax in axes[len(of["panels"]):]:
        ax.remove()
    return figure


def _plain(text):
    """The text with dollar signs escaped: one in a column's name must not begin a formula."""
    return "" if text is None else text.replace("$", r"\$")


def _panel(figure, ax, panel):
    from matplotlib.colors import LinearSegmentedColormap, Normalize
    scale = panel["scale"]
    ax.set_title(_plain(panel["title"]), fontsize="medium")
    colours = {"cmap": LinearSegmentedColormap.from_list("mlp", scale["colours"]),
               "norm": Normalize(scale["lowest"], scale["highest"])}
    scaled = None
    for one in panel["series"]:
        numbers = {name: np.array(one[name], dtype=float) for name in ("x", "y", "x2", "y2", "value", "class") if name in one}
        style = {"color": one["colour"], "label": _plain(one["name"]) if one["listed"] else None}
        scaled = MARKS[one["mark"]](ax, panel, one, numbers, style, colours) or scaled
    for axis, name in ((ax.xaxis, "x"), (ax.yaxis, "y")):
        _axis(ax, axis, name, panel[name])
    if panel["x"]["hidden"] and panel["y"]["hidden"]:
        ax.set_frame_on(False)
    if panel["square"]:
        ax.set_aspect("equal", adjustable="box")
    if scaled is not None and scale["label"] is not None:
        figure.colorbar(scaled, ax=ax, label=_plain(scale["label"]))
    if ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize="small")


def _axis(ax, axis, name, of):
    axis.set_label_text(_plain(of["label"]))
    if of["log"]:
        getattr(ax, f"set_{name}scale")("log")
    getattr(ax, f"set_{name}lim")(*((of["highest"], of["lowest"]) if of["reversed"] else (of["lowest"], of["highest"])))
    if of.get("names"):
        axis.set_ticks(range(len(of["names"])), [_plain(one) for one in of["names"]])
    if of["hidden"]:
        axis.set_visible(False)


def _line(ax, panel, one, of, style, colours):
    ax.plot(of["x"], of["y"], linestyle="--" if one["dashed"] else "-", linewidth=0.8 if one["thin"] else 1.6, **style)


def _points(ax, panel, one, of, style, colours):
    ax.scatter(of["x"], of["y"], s=12 if len(of["x"]) <= 400 else 4, linewidths=0.3, edgecolors="white", **style)


def _dots(ax, panel, one, of, style, colours):
    return ax.scatter(of["x"], of["y"], c=of["value"], s=12, label=style["label"], **colours)


def _bars(ax, panel, one, of, style, colours):
    if panel["y"].get("names"):
        ax.barh(of["y"], of["x"], height=one["step"] or 0.8, **style)
    else:
        ax.bar(of["x"], of["y"], width=one["step"] or 0.8, **style)


def _band(ax, panel, one, of, style, colours):
    ax.fill_between(of["x"], of["y"], of["y2"], alpha=0.25, linewidth=0, **style)


def _segments(ax, panel, one, of, style, colours):
    from matplotlib.collections import LineCollection
    widest = np.nanmax(np.abs(of["value"]), initial=1e-30)
    lines = LineCollection(np.stack([np.column_stack([of["x"], of["y"]]), np.column_stack([of["x2"], of["y2"]])], axis=1),
                           linewidths=0.2 + 2.5 * np.abs(of["value"]) / widest, array=np.sign(of["value"]), cmap=colours["cmap"],
                           clim=(-1.5, 1.5))
    ax.add_collection(lines)


def _labels(ax, panel, one, of, style, colours):
    align = {"c": "center", "l": "left", "r": "right"}[one["align"]]
    for x, y, on_dark, text in zip(of["x"], of["y"], of["value"], one.get("texts", [])):
        ax.text(x, y, _plain(text), ha=align, va="center", fontsize=SMALL, color="white" if on_dark == 1 else "black", clip_on=True)


def _edges(places, log):
    """The edges of cells with these centres."""
    places = np.log(places) if log else places
    step = places[1] - places[0] if len(places) > 1 else 1.0
    edges = np.append(places - step / 2, places[-1] + step / 2)
    return np.exp(edges) if log else edges


def _grid(panel, one, of):
    shape = one["rows"], one["columns"]
    return _edges(of["x"][:shape[1]], panel["x"]["log"]), _edges(of["y"][::shape[1]], panel["y"]["log"]), shape


def _map(ax, panel, one, of, style, colours):
    x, y, shape = _grid(panel, one, of)
    return ax.pcolormesh(x, y, np.ma.masked_invalid(of["value"].reshape(shape)), **colours)


def _regions(ax, panel, one, of, style, colours):
    from matplotlib.colors import to_rgb
    x, y, shape = _grid(panel, one, of)
    ax.pcolormesh(x, y, np.array([to_rgb(colour) for colour in one["colours"]]).reshape(*shape, 3))


MARKS = {"line": _line, "points": _points, "dots": _dots, "bars": _bars, "band": _band, "segments": _segments,
         "labels": _labels, "map": _map, "regions": _regions}
