"""A user's own function as a provider: it gets a view of some rows and returns one value for each.

``sample.provider("loyalty")(function)`` registers it. The function must be pure: the same row must always get the
same value, whichever rows are asked for with it; planning tries that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.conversion import natural, values_of
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

Function = Callable[..., Any]
_FUNCTIONS: dict[str, Function] = {}


def register(name: str) -> Callable[[Function], Function]:
    """Return a decorator that registers a function as a provider of this name; the last one of a name counts.

    The function is called with a `RowView`, and with the column's parameters by name. It returns a numpy array, an
    Arrow array or a list with one value for each row; ``None`` and NaN are NULL.

    Raises
    ------
    SamplePlanError
        If the name is empty, or that of a provider that is built in.
    """
    from designer_kernel.sample.providers.catalogue import built_in  # it collects this module as well

    if not isinstance(name, str) or not name.strip():
        raise SamplePlanError("a provider needs a name", mend='write sample.provider("loyalty")(function)')
    if name in built_in():
        raise SamplePlanError(f"the provider {name!r} is built in", where=name, mend="choose another name")

    def registered(function: Function) -> Function:
        _FUNCTIONS[name] = function
        return function

    return registered


def names() -> tuple[str, ...]:
    """Return the names of the functions that are registered."""
    return tuple(_FUNCTIONS)


def function(name: str) -> Function:
    """Return the function of a name."""
    return _FUNCTIONS[name]


def parameters(known: Function) -> tuple[list[inspect.Parameter], bool]:
    """Return the parameters behind the view, and whether any others are taken as well."""
    found = list(inspect.signature(known).parameters.values())[1:]
    is_open = any(p.kind is p.VAR_KEYWORD for p in found)
    return [p for p in found if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)], is_open


def hints(known: Function) -> dict[str, Any]:
    """Return the type hints of a function, as far as they mean anything."""
    try:
        return get_type_hints(known)
    except (NameError, TypeError):
        return {}


class RowView:
    """Some rows of a table, as a user's function sees them."""

    def __init__(self, frame: Frame, column: ColumnFacts) -> None:
        self._frame = frame
        self._column = column

    def __len__(self) -> int:
        return len(self._frame)

    @property
    def rows(self) -> Rows:
        """The row numbers, from 0; in any order."""
        return self._frame.rows.copy()

    @property
    def table(self) -> str:
        """The table's name."""
        return self._frame.name[1]

    @property
    def count(self) -> int:
        """How many rows the whole table has."""
        return self._frame.table.rows

    def bits(self, name: str = "") -> Bits:
        """Return 64 random bits for each row; other bits for each ``name``."""
        return self._frame.bits(self._column.name, "own", name)

    def uniform(self, name: str = "") -> NDArray[np.float64]:
        """Return a random number of [0, 1) for each row."""
        return hashing.unit(self.bits(name))

    def integers(self, low: int, high: int, name: str = "") -> Rows:
        """Return a random whole number from ``low`` to ``high``, ends included, for each row; up to 2**31 of them."""
        return hashing.below(self.bits(name), high - low + 1) + low

    def choice(self, items: Any, weights: Any = None, name: str = "") -> NDArray[Any]:
        """Return one of some items for each row, as often as whole-numbered weights say."""
        given = np.asarray(items)
        if weights is None:
            return given[hashing.below(self.bits(name), len(given))]
        return given[hashing.weighted(self.bits(name), tuple(int(w) for w in weights))]

    def column(self, name: str) -> NDArray[Any]:
        """Return another column of the same rows: numbers, dates and texts as numpy knows them.

        Integers and floats hold NaN, and times NaT, where the column is NULL; texts hold ``None``.

        Raises
        ------
        SamplePlanError
            If the table has no such column that is filled.
        """
        known = self._frame.table.columns.get(name)
        if known is None:
            raise SamplePlanError(
                f"{self._frame.table.label} has no column {name!r} that is filled",
                where=f"{self._frame.table.label}.{self._column.name}",
                mend="use one of " + ", ".join(self._frame.table.columns),
            )
        return natural(known.facts.form, self._frame.column(name))

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.column(name)


@dataclass(frozen=True, slots=True)
class Custom(Provider):
    """A function that a user registered, with its parameters."""

    registered: str
    given: tuple[tuple[str, Any], ...]
    function: Function

    @property
    def name(self) -> str:
        return self.registered

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        where = f"{frame.table.label}.{column.name}"
        try:
            made = self.function(RowView(frame, column), **dict(self.given))
        except SamplePlanError:
            raise
        except Exception as error:
            raise SamplePlanError(
                f"the function {self.registered!r} failed: {type(error).__name__}: {error}",
                where=where,
                mend="correct the function, and register it again",
            ) from error
        return values_of(made, column.form, len(frame), f"the function {self.registered!r}", where)
