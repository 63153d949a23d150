"""The frames that a caller gives, all as pandas', and their indexes as columns."""

from __future__ import annotations

from typing import Final

import pandas as pd

from designer_kernel.errors import InvalidDesign

MOST_COLUMNS: Final = 1_600
"""PostgreSQL's own limit for a table."""


def as_pandas(frame: object, where: str) -> pd.DataFrame:
    """Return a frame of pandas, made of one of polars or a table of Arrow if need be.

    Raises
    ------
    InvalidDesign
        If it is no frame.
    """
    if isinstance(frame, pd.DataFrame):
        return frame
    if hasattr(frame, "to_arrow"):
        frame = frame.to_arrow()
    if hasattr(frame, "to_pandas"):
        made: pd.DataFrame = frame.to_pandas(types_mapper=pd.ArrowDtype)
        return made
    raise InvalidDesign(
        f"a {type(frame).__name__} is no DataFrame", where=where, mend="give DataFrames by name: {'orders': orders}"
    )


def check_width(number: int, where: str) -> None:
    """Refuse more columns than a table can have.

    Raises
    ------
    InvalidDesign
        If there are more.
    """
    if number > MOST_COLUMNS:
        raise InvalidDesign(
            f"there are {number:,} columns, and a table has at most {MOST_COLUMNS:,}",
            where=where,
            mend="turn columns into rows (pandas: melt), or name the separator of CSV",
        )


def with_index(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return a frame with its index as its first columns, and how many these are.

    An index without a name that only numbers the rows is none, and a level that repeats a column is that column.
    """
    index = frame.index
    levels = [index.get_level_values(place) for place in range(index.nlevels)]
    is_named = any(name is not None for name in index.names)
    if not is_named and (not len(index) or all(pd.api.types.is_integer_dtype(level.dtype) for level in levels)):
        return frame, 0
    kept = [place for place, level in enumerate(levels) if not _repeats(level, frame)]
    front = [pd.Series(levels[place], name=_called(index, place)) for place in kept]
    return pd.concat([*front, frame.reset_index(drop=True)], axis=1), len(front)


def _called(index: pd.Index, place: int) -> object:
    name = index.names[place]
    if name is not None:
        return name
    return f"level_{place}" if index.nlevels > 1 else "index"


def _repeats(level: pd.Index, frame: pd.DataFrame) -> bool:
    """Whether a column has the name and the values of a level, as ``set_index(…, drop=False)`` leaves it."""
    is_column = level.name is not None and [*frame.columns].count(level.name) == 1
    return is_column and level.equals(pd.Index(frame[level.name]))
