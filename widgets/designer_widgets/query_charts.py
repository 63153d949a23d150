"""Results as quick charts: SVG by matplotlib. A page shows it as a picture, so that nothing in it runs."""

from __future__ import annotations

import base64
import io
import math
import threading
import warnings
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST_BARS: Final = 40
MOST_LABELS: Final = 20
MOST_POINTS: Final = 20_000
_LABEL: Final = 28
_DRAWING: Final = threading.Lock()
"""matplotlib's settings belong to the whole process."""
_STYLE: Final = {
    "text.parse_math": False,  # a dollar in somebody's data is a dollar
    "svg.fonttype": "none",  # the browser has the fonts for every script
    "svg.hashsalt": "designer",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_INK: Final = {False: ("#1f2733", "#1976d2"), True: ("#e8eaed", "#64b5f6")}
"""Text and data, in the light and in the dark."""


def chart(
    frame: pd.DataFrame, families: list[str], kind: str, x: int, y: int | None, *, is_dark: bool
) -> dict[str, Any]:
    """Return a chart as the address of a picture, and in words.

    Parameters
    ----------
    families
        What the columns hold, see `query_results.Result`.
    kind
        ``bar``, ``line``, ``histogram`` (of ``x`` alone) or ``scatter``.
    x, y
        Places of columns.

    Raises
    ------
    DesignerError
        If there are no such columns or values, or matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DesignerError("charts need matplotlib", mend="pip install 'schema-designer[notebook]'") from error
    data, notes = _values(frame, families, kind, x, y)
    ink, colour = _INK[is_dark]
    colours = dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), ink)
    style: Any = {**_STYLE, **colours}
    with _DRAWING, rc_context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of glyphs that its own fonts lack
        figure = Figure(figsize=(7, 3.2), layout="constrained")
        axes = figure.subplots()
        _DRAWERS[kind](axes, data, colour)
        axes.set_xlabel(_short(str(frame.columns[x])))
        axes.set_ylabel("rows" if y is None else _short(str(frame.columns[y])))
        written = io.BytesIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    words = f"{kind} chart of {len(data):,} value{'' if len(data) == 1 else 's'}"
    picture = base64.b64encode(written.getvalue()).decode()
    return {"picture": f"data:image/svg+xml;base64,{picture}", "words": "; ".join([words, *notes])}


def _values(
    frame: pd.DataFrame, families: list[str], kind: str, x: int, y: int | None
) -> tuple[pd.DataFrame, list[str]]:
    """Return the values of the axes without gaps, and what was left out."""
    import pandas as pd

    places = [x] if kind == "histogram" else [x, y]
    if any(place is None or place >= frame.shape[1] for place in places):
        raise DesignerError("the result has no such column", mend="choose the columns again")
    wanted = {"histogram": 1, "bar": 2, "line": 2, "scatter": 2}[kind]
    data = pd.DataFrame({"xy"[i]: _plain(frame.iloc[:, p], families[p]) for i, p in enumerate(places) if p is not None})
    for axis, place in zip("xy"[:wanted], places, strict=True):
        needs_number = axis == "y" or kind in ("histogram", "scatter")
        if needs_number and families[place or 0] not in ("number", "time"):
            name = frame.columns[place or 0]
            raise DesignerError(f"{str(name)!r} holds no numbers", mend="choose a column of numbers, or another chart")
    whole = data.dropna()
    notes = []
    if len(whole) < len(data):
        notes.append(f"{len(data) - len(whole):,} without a value are left out")
    most = MOST_BARS if kind == "bar" else MOST_POINTS
    if len(whole) > most and kind != "histogram":
        notes.append(f"the first {most:,} of {len(whole):,} are drawn")
        whole = whole.iloc[:most]
    if whole.empty:
        raise DesignerError("there is no value to draw", mend="choose other columns")
    return whole, notes


def _plain(column: pd.Series[Any], family: str) -> pd.Series[Any]:
    import pandas as pd

    column = column.reset_index(drop=True)
    if family == "number":
        return pd.to_numeric(column, errors="coerce").astype("float64")
    if family == "time":
        return pd.to_datetime(column, errors="coerce", utc=True).dt.tz_localize(None)
    return column.map(lambda value: _short(str(value)), na_action="ignore").astype(object)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LABEL else flat[: _LABEL - 1] + "…"


def _bar(axes: Axes, data: pd.DataFrame, colour: str) -> None:
    labels = [str(value).removesuffix(" 00:00:00").removesuffix(".0") for value in data["x"]]
    axes.bar(range(len(data)), data["y"], color=colour)
    step = math.ceil(len(labels) / MOST_LABELS)
    axes.set_xticks(range(0, len(labels), step), labels[::step])
    if sum(map(len, labels[::step])) > 70:
        axes.tick_params(axis="x", labelrotation=40)
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")


def _line(axes: Axes, data: pd.DataFrame, colour: str) -> None:
    ordered = data.sort_values("x", kind="stable") if data["x"].dtype.kind in "fM" else data
    axes.plot(ordered["x"], ordered["y"], color=colour, marker="o" if len(data) <= 40 else "", markersize=4)
    if data["x"].dtype.kind == "M":
        for label in axes.get_xticklabels():
            label.set_rotation(0)


def _histogram(axes: Axes, data: pd.DataFrame, colour: str) -> None:
    axes.hist(data["x"], bins=max(1, min(50, math.isqrt(len(data)) + 1)), color=colour)


def _scatter(axes: Axes, data: pd.DataFrame, colour: str) -> None:
    axes.scatter(data["x"], data["y"], color=colour, s=14, alpha=0.6, linewidths=0)


_DRAWERS: Final = {"bar": _bar, "line": _line, "histogram": _histogram, "scatter": _scatter}
