"""What every object of a catalog has: an identity, and the identities that it needs to exist first."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, NamedTuple


class ObjectId(NamedTuple):
    """Identity of an object in a database: its kind and its path of names, outermost first.

    ``ObjectId("column", ("public", "orders", "id"))``. Functions end with their argument types, since those are part
    of a function's identity in PostgreSQL.
    """

    kind: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {'.'.join(self.path)}"


def sql_text(*, default: Any = "") -> Any:
    """Declare a field that holds SQL; the server rewrites it, so only two introspected texts may be compared."""
    return field(default=default, metadata={"sql": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogObject:
    """One fact about a database: a table, a column, its default, a constraint, a comment…

    Facts are this fine so that comparison and ordering need to know nothing about kinds.

    ``depends`` are the facts that must exist before this one, apart from its `parent`.
    """

    kind: ClassVar[str]
    depends: frozenset[ObjectId] = field(default=frozenset(), compare=False)

    @property
    def id(self) -> ObjectId:
        """The identity of this fact."""
        raise TypeError(f"{type(self).__name__} does not say what identifies it")

    @property
    def parent(self) -> ObjectId | None:
        """The fact that this one is a part of, and that it cannot outlive; ``None`` at the top."""
        return None

    def content(self, *, with_sql: bool = True) -> dict[str, Any]:
        """Return the fields that make up the object's meaning, without its dependencies.

        Parameters
        ----------
        with_sql
            Whether to include the fields whose text the server rewrites.
        """
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name != "depends" and (with_sql or not f.metadata.get("sql"))
        }
