"""Enums and domains as a module writes them: an enumeration of Python's, and one constant for each type.

The script before the tables creates the types, since functions and other types may need them too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck, DomainNotNull
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.spelling import call, doc, is_plain, literal


@dataclass(frozen=True, slots=True)
class Written:
    """A type as an expression of SQLAlchemy, and as an annotation of Python."""

    expression: str
    annotation: str


Speller: TypeAlias = Callable[[types.TypeName], Written | None]
"""Returns a type as SQLAlchemy writes it, or nothing where it has no class for it."""

LABELS: Final = '''def _labels(kind: type[enum.Enum]) -> list[str]:
    """Return what PostgreSQL calls the members of an enumeration."""
    return [member.value for member in kind]
'''
"""What every enum of a module needs."""


class NamedTypes:
    """The types of a module that have names of their own, in the order in which they have to be defined."""

    def __init__(self, catalog: Catalog, names: PythonNames) -> None:
        self._catalog = catalog
        self._names = names
        self._written: dict[ObjectId, Written | None] = {}
        self.definitions: list[str] = []

    def find(self, schema: str, name: str, spell: Speller) -> Written | None:
        """Return a type as the constant that stands for it; nothing if it is neither an enum nor a domain.

        Parameters
        ----------
        spell
            Spells the type that a domain is based on.
        """
        key = ObjectId("type", (schema, name))
        if key not in self._written:
            self._written[key] = None
            found = self._catalog.get(key)
            if isinstance(found, Enum) and found.labels:
                self._written[key] = self._enum(found)
            elif isinstance(found, Domain):
                self._written[key] = self._domain(found, spell)
        return self._written[key]

    @property
    def ids(self) -> frozenset[ObjectId]:
        """The types that a module names."""
        return frozenset(key for key, written in self._written.items() if written is not None)

    def _enum(self, found: Enum) -> Written:
        if not any("def _labels" in one for one in self.definitions):
            self.definitions.append(LABELS)
        class_name = self._names.type_name(found.name, found.schema)
        constant = self._names.constant(found.name, found.schema)
        inner = PythonNames.for_members()
        members = "".join(f"    {inner.member(label)} = {literal(label)}\n" for label in found.labels)
        about = doc(self._comment(found.id) or f"The labels of {found.schema}.{found.name}.")
        given = [class_name, *_place(found.schema, found.name, with_name=True), "values_callable=_labels"]
        self.definitions += [
            f'class {class_name}(enum.StrEnum):\n    """{about}"""\n\n{members}',
            call("", f"{constant} = postgresql.ENUM(", given) + "\n",
        ]
        return Written(constant, class_name)

    def _domain(self, found: Domain, spell: Speller) -> Written | None:
        if found.collation:
            return None
        try:
            base = spell(types.parse(found.type))
        except InvalidSql:
            return None
        if base is None or base.expression.startswith("SqlType("):
            return None
        constant = self._names.constant(found.name, found.schema)
        checks = self._catalog.parts(found.id, DomainCheck)
        given = [literal(found.name), base.expression, *_place(found.schema, found.name, with_name=False)]
        if found.not_null or self._catalog.parts(found.id, DomainNotNull):
            given.append("not_null=True")
        if len(checks) == 1:  # SQLAlchemy knows of one; PostgreSQL has them all
            (check,) = checks
            given.append(f"constraint_name={literal(check.name)}")
            given += [f"check={literal(check.expression)}"] * is_plain(check.expression)
        self.definitions.append(call("", f"{constant} = postgresql.DOMAIN(", given) + "\n")
        return Written(constant, base.annotation)

    def _comment(self, on: ObjectId) -> str:
        found = self._catalog.get(ObjectId("comment", (on.kind, *on.path)))
        return found.text if isinstance(found, Comment) else ""


def _place(schema: str, name: str, *, with_name: bool) -> list[str]:
    return [f"name={literal(name)}"] * with_name + [f"schema={literal(schema)}", "create_type=False"]
