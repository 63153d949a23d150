"""How the values of a column become values of another type where PostgreSQL has no cast: by an expression.

Only a person knows which one. By their text values can always be tried, and often that is wrong: what is meant by a
``note`` that becomes a number?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.composite import Composite
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DesignerError
from designer_kernel.migrate.renames import origin

_TEXTS = frozenset({"text", "character varying"})


@dataclass(frozen=True, slots=True)
class Conversion:
    """A column that takes a type to which PostgreSQL has no cast, and an expression that may be what is meant."""

    column: ObjectId
    old: str
    new: str
    proposed: str

    @property
    def answer(self) -> str:
        """The proposed expression as it is given: ``using={'shop.orders.note': 'note::text::integer'}``."""
        return f"using={{{'.'.join(self.column.path)!r}: {self.proposed!r}}}"

    def __str__(self) -> str:
        return f"{self.column} from {self.old} to {self.new}"


class ConversionNeeded(DesignerError):
    """Columns take types to which PostgreSQL has no cast, and nobody has said how their values are converted.

    Parameters
    ----------
    needed
        The columns.
    """

    code = "conversion_needed"

    def __init__(self, needed: Sequence[Conversion]) -> None:
        self.needed = tuple(needed)
        first = self.needed[0]
        answers = ", ".join(f"{'.'.join(each.column.path)!r}: {each.proposed!r}" for each in self.needed)
        super().__init__(
            f"PostgreSQL has no cast for {'; '.join(map(str, self.needed))}",
            where=".".join(first.column.path) if len(self.needed) == 1 else "",
            mend=f"say how the values are converted, for example using={{{answers}}}",
        )

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {
            "needed": [
                {"column": ".".join(c.column.path), "old": c.old, "new": c.new, "proposed": c.proposed}
                for c in self.needed
            ]
        }


def by_text(old: Column, new: Column) -> str:
    """Return the expression that converts values of a column by their text."""
    text = "text[]" if old.type.endswith("[]") and new.type.endswith("[]") else "text"
    return f"{quote(new.name)}::{text}::{new.type}"


def is_safe(old: Column, new: Column, before: Catalog, after: Catalog) -> bool:
    """Whether every value is one of the new type too, in the same words: all of an enum, anything as text."""
    if new.type.removesuffix("[]") in _TEXTS and old.type.endswith("[]") == new.type.endswith("[]"):
        return True
    had, has = _labels(old.type, before), _labels(new.type, after)
    # A value of an enum that is gone is told of by itself: as an enum that takes the place of another one.
    return bool(had) and bool(has) and (had <= has or old.type == new.type)


def _labels(name: str, catalog: Catalog) -> set[str]:
    wanted = name.removesuffix("[]")
    enums = (enum for enum in catalog.of(Enum) if quote_path(enum.schema, enum.name) == wanted)
    return {label for enum in enums for label in enum.labels}


def unasked(
    before: Catalog, after: Catalog, renames: Mapping[ObjectId, ObjectId], using: Mapping[ObjectId, str]
) -> Iterator[Conversion]:
    """Yield columns of types that have no casts of their own, enums and composite types, that take another one."""
    own = {quote_path(*key.path) for kind in (Enum, Composite) for key in (fact.id for fact in before.of(kind))}
    for column in after.of(Column):
        old = before.get(origin(column.id, renames))
        if not isinstance(old, Column) or old.type == column.type or column.id in using:
            continue
        is_renamed = any(
            quote_path(*key.path) == old.type.removesuffix("[]")
            and quote_path(*new.path) == column.type.removesuffix("[]")
            for key, new in renames.items()
        )
        if old.type.removesuffix("[]") in own and not is_renamed and not is_safe(old, column, before, after):
            yield Conversion(column.id, old.type, column.type, by_text(old, column))


def settled(using: Mapping[ObjectId, str]) -> dict[ObjectId, str]:
    """Return expressions as they can be written into a statement.

    Raises
    ------
    InvalidSql
        If one is not exactly one expression.
    """
    return {key: sqltext.settled_expression(text, ".".join(key.path)) for key, text in using.items()}
