"""``CREATE OPERATOR``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import definition, operator_path, qualified_operator, routine_path
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(CatalogObject):
    """An operator; ``left`` is empty if it stands before its operand. Functions are named by their paths.

    ``commutator`` and ``negator`` may name an operator that does not exist yet: the server announces it, and fills it
    in when it is made. One that was announced and never made is no fact.
    """

    kind = "operator"
    presence = "EXISTS (SELECT FROM pg_operator WHERE oid >= 16384)"
    rank = 70
    section = "Operators"
    schema: str
    name: str
    left: str
    right: str
    function: str
    commutator: str = ""
    negator: str = ""
    restrict: str = ""
    join: str = ""
    hashes: bool = False
    merges: bool = False

    @property
    def id(self) -> ObjectId:
        return ObjectId("operator", (self.schema, self.name, self.left, self.right))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def type_names(self) -> Iterable[str]:
        return (name for name in (self.left, self.right) if name)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        options = (
            ("FUNCTION", self.function),
            ("LEFTARG", self.left),
            ("RIGHTARG", self.right),
            ("COMMUTATOR", self.commutator),
            ("NEGATOR", self.negator),
            ("RESTRICT", self.restrict),
            ("JOIN", self.join),
            ("HASHES", "true" if self.hashes else ""),
            ("MERGES", "true" if self.merges else ""),
        )
        given = (option for option in options if option[1])
        return (definition(f"CREATE OPERATOR {qualified_operator(self.schema, self.name)}", given),)

    def address(self) -> str:
        operands = f"({self.left or 'NONE'}, {self.right or 'NONE'})"
        return f"OPERATOR {qualified_operator(self.schema, self.name)} {operands}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        given = {"RESTRICT": (old.restrict, self.restrict), "JOIN": (old.join, self.join)}
        if replace(self, restrict="", join="") != replace(old, restrict="", join=""):
            return None
        options = ", ".join(f"{word} = {new or 'NONE'}" for word, (had, new) in given.items() if new != had)
        return Alteration((f"ALTER {self.address()} SET ({options})",))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_operator'::regclass::oid, o.oid, 0, n.nspname, o.oprname,
                   CASE WHEN o.oprleft = 0 THEN '' ELSE format_type(o.oprleft, NULL) END,
                   CASE WHEN o.oprright = 0 THEN '' ELSE format_type(o.oprright, NULL) END,
                   {routine_path("o.oprcode")},
                   coalesce({operator_path("o.oprcom")}, ''),
                   coalesce({operator_path("o.oprnegate")}, ''),
                   coalesce({routine_path("o.oprrest")}, ''),
                   coalesce({routine_path("o.oprjoin")}, ''),
                   o.oprcanhash, o.oprcanmerge
            FROM pg_operator o
            JOIN pg_namespace n ON n.oid = o.oprnamespace
            WHERE o.oprcode <> 0 AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_operator", "o.oid")}
            ORDER BY n.nspname, o.oprname, 6, 7
            """
