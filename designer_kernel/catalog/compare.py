"""What differs between two catalogs, fact by fact.

SQL is rewritten by the server that stores it, so texts may be compared only between two catalogs introspected from
servers of one version; ``with_sql=False`` compares what a design says with what a server holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two catalogs: ``ours``, what is meant, and ``theirs``, what was found.

    ``change`` says what theirs has: ``missing`` (it lacks the fact), ``extra`` (only it has the fact) or ``changed``
    (``field`` has another value).
    """

    id: ObjectId
    change: Literal["missing", "extra", "changed"]
    field: str = ""
    ours: Any = None
    theirs: Any = None

    def __str__(self) -> str:
        if self.change == "changed":
            return f"{self.id}: {self.field} is {self.theirs!r} instead of {self.ours!r}"
        return f"{self.id} is {self.change}"


def differences(ours: Catalog, theirs: Catalog, *, with_sql: bool = True) -> list[Difference]:
    """Return the differences between two catalogs, in the order of ours, then what is extra in the order of theirs.

    Parts of a fact that is missing or extra are told too. Dependencies are not compared: they follow from the rest.

    Parameters
    ----------
    with_sql
        Whether to compare the fields whose text the server rewrites.
    """
    found: list[Difference] = []
    for key, fact in ours.items():
        other = theirs.get(key)
        if other is None:
            found.append(Difference(key, "missing", ours=fact))
        elif type(fact) is not type(other):
            found.append(Difference(key, "changed", "kind", fact.kind, other.kind))
        elif not with_sql or fact != other:
            found.extend(_changes(fact, other, with_sql=with_sql))
    found.extend(Difference(key, "extra", theirs=fact) for key, fact in theirs.items() if key not in ours)
    return found


def _changes(fact: CatalogObject, other: CatalogObject, *, with_sql: bool) -> list[Difference]:
    theirs = other.content(with_sql=with_sql)
    return [
        Difference(fact.id, "changed", field, value, theirs[field])
        for field, value in fact.content(with_sql=with_sql).items()
        if value != theirs[field]
    ]
