"""How much a fill may ask of a service: hints are somebody's, and long texts keep its processor and memory busy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.studio.team.refusals import BadInput

if TYPE_CHECKING:
    from designer_kernel.sample.plan import Plan

ROWS: Final = 100_000
"""Rows of one fill: they go through the service, and their transaction stays open for so long."""

BYTES: Final = 256 << 20
"""What these rows may take on the server."""

LETTERS: Final = 10_000
"""Of a text in hints."""

_LONGEST: Final = 1000
_SIZES: Final = frozenset(
    {"least", "most", "length", "longest", "shortest", "dimensions", "items", "depth", "words", "size"}
)
"""Parameters of providers that say how long a value is, or of how many parts."""


def check_hints(hints: SampleHints) -> None:
    """Refuse hints that ask for values that are very long.

    Raises
    ------
    BadInput
        If they do; ``where`` names the column.
    """
    for table, said in hints.tables.items():
        for column, asked in said.columns.items():
            _check(asked.parameters, f"hints.tables.{table}.columns.{column}")
    for number, rule in enumerate(hints.rules):
        _check(rule.parameters, f"hints.rules.{number}")


def check_plan(plan: Plan) -> None:
    """Refuse rows that are too many, or too large.

    Raises
    ------
    BadInput
        If they are.
    """
    if plan.rows > ROWS:
        raise BadInput(
            f"these would be {plan.rows:,} rows, and the service adds {ROWS:,} at most",
            where="rows",
            mend="ask for fewer rows, or a smaller scale; or fill a database of your own over its connection",
        )
    if plan.estimate.bytes > BYTES:
        raise BadInput("these rows would be too large", where="rows", mend="ask for fewer, or for shorter values")


def _check(value: Any, where: str, key: str = "") -> None:
    """Look at values at any depth; ``key`` is the parameter that they belong to."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _check(inner, where, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, where, key)
    elif isinstance(value, str):
        if len(value) > LETTERS:
            raise BadInput("a text in hints is too long", where=where, mend=f"{LETTERS:,} characters are the most")
    elif key in _SIZES and isinstance(value, int | float) and abs(value) > _LONGEST:
        raise BadInput(f"{key} asks for values that are too long", where=where, mend=f"give {_LONGEST:,} at most")
