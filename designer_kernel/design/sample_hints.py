"""`SampleHints`: what a person says of a database's sample data; all that is not said is chosen by itself.

Tables and columns are named as in the database. Hints are kept in a design's file under ``sample:`` and follow renames.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from math import isfinite
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_serializer, model_validator

from designer_kernel.design.values import Text, Value

Share = Annotated[float, Field(ge=0, le=1)]
"""A part of the whole: 0.05 is five per cent."""

Spread = Literal["even", "skewed", "poisson", "zipf"]
"""How unequal the numbers of rows under each parent are."""

MOST_ROWS: Final = 1 << 31
"""Most rows of a table."""

_PLAIN: Final = (str, int, float, bool, type(None))
_DEEPEST: Final = 16


class RowsPer(Value):
    """So many rows for each row of another table: ``{per: users, mean: 2.5, spread: poisson}``."""

    per: Text
    mean: float = Field(gt=0, le=MOST_ROWS)
    spread: Spread = "skewed"


class RowsShare(Value):
    """A part of the rows of another table: ``{share: 0.3, of: orders}``."""

    share: float = Field(gt=0, le=MOST_ROWS)
    of: Text


def _sort(value: Any) -> str:
    if isinstance(value, RowsPer) or (isinstance(value, Mapping) and "per" in value):
        return "per"
    return "share" if isinstance(value, RowsShare | Mapping) else "number"


RowsHint = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=MOST_ROWS), Tag("number")]
    | Annotated[RowsPer, Tag("per")]
    | Annotated[RowsShare, Tag("share")],
    Discriminator(_sort),
]


class ColumnHints(Value):
    """What one column is to hold: ``{provider: log normal, median: 40, nulls: 0.1}``.

    Every field but these three is a parameter of the provider.
    """

    model_config = ConfigDict(extra="allow")

    provider: Text | None = None
    nulls: Share | None = None
    edge_cases: Share | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The provider's parameters."""
        return dict(self.model_extra or {})

    @model_validator(mode="before")
    @classmethod
    def _as_read_from_a_file(cls, data: Any) -> Any:
        return {name: _as_read(value, _DEEPEST) for name, value in data.items()} if isinstance(data, Mapping) else data

    @model_validator(mode="after")
    def _parameters_are_plain(self) -> ColumnHints:
        for name, value in self.parameters.items():
            if not _is_plain(value, _DEEPEST):
                raise ValueError(f"{name} is no plain value: write finite numbers, texts, lists and mappings")
        return self

    @model_serializer(mode="plain")
    def _said(self) -> dict[str, Any]:
        said = {"provider": self.provider, **self.parameters, "nulls": self.nulls, "edge_cases": self.edge_cases}
        return {name: value for name, value in said.items() if value is not None or name in self.parameters}


class RuleHints(ColumnHints):
    """Hints for every column of a name: ``{columns: "*_iban", provider: iban}``.

    ``columns``, ``tables`` and ``types`` are patterns with ``*`` and ``?``; what is said of a column itself counts
    more, and of several rules the first one. Columns whose values follow from a key or a reference stay as they are.
    """

    columns: Text
    tables: Text = "*"
    types: Text = "*"

    @model_serializer(mode="plain")
    def _said_by_rule(self) -> dict[str, Any]:
        where = {"tables": self.tables, "types": self.types}
        said = {"provider": self.provider, **self.parameters, "nulls": self.nulls, "edge_cases": self.edge_cases}
        known = {name: value for name, value in said.items() if value is not None or name in self.parameters}
        return {"columns": self.columns, **{n: pattern for n, pattern in where.items() if pattern != "*"}, **known}

    def hints(self) -> ColumnHints:
        """Return what the rule says of a column that it is about."""
        said = {"provider": self.provider, "nulls": self.nulls, "edge_cases": self.edge_cases}
        return ColumnHints.model_validate({**said, **self.parameters})


def _as_read(value: Any, depth: int) -> Any:
    """Return a value as a file's reader gives it: days and moments are texts there, and every sequence is a list."""
    if isinstance(value, date | time):
        return str(value)
    if depth > 0 and isinstance(value, list | tuple):
        return [_as_read(one, depth - 1) for one in value]
    if depth > 0 and isinstance(value, Mapping):
        return {name: _as_read(one, depth - 1) for name, one in value.items()}
    return value


def _is_plain(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(one, depth - 1) for one in value)
    if isinstance(value, Mapping):
        return depth > 0 and all(isinstance(k, str) and _is_plain(v, depth - 1) for k, v in value.items())
    # no file and no store can hold infinity: it would be nothing when it is read again
    return isinstance(value, _PLAIN) and not (isinstance(value, float) and not isfinite(value))


class TableHints(Value):
    """How many rows a table gets, and what its columns hold."""

    rows: RowsHint | None = None
    edge_cases: Share | None = None
    columns: dict[Text, ColumnHints] = Field(default_factory=dict)


class SampleHints(Value):
    """What is said of sample data; an empty one says nothing."""

    seed: int | None = Field(default=None, strict=True)
    until: date | None = None
    scale: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    locales: tuple[Text, ...] = ()
    edge_cases: Share | None = None
    rules: tuple[RuleHints, ...] = ()
    tables: dict[Text, TableHints] = Field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return what is said as JSON-ready values; what is not said is not there."""
        data: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        return data
