"""``CREATE FUNCTION`` (window and support functions too) and ``CREATE PROCEDURE``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import postgast

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._presence import FUNCTIONS
from designer_kernel.catalog.kinds._signature import is_replaceable
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, Stub, sql_text
from designer_kernel.catalog.references import references
from designer_kernel.catalog.spelling import UNPARSED, quoted_parts, split_list

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_BOUND_BODY: Final = re.compile(
    r"\ACREATE OR REPLACE (?P<head>.*?)^ LANGUAGE sql\n"
    r"(?P<options>(?:^ (?!LANGUAGE sql\n)[^\n]*\n)*+)^(?:RETURN |BEGIN ATOMIC$)",
    re.MULTILINE | re.DOTALL,
)
"""What stands before a body that is bound when the function is made, as the server writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(CatalogObject):
    """A function or procedure. ``arguments`` is its identity: the types in canonical spelling, comma-separated.

    ``definition`` is the whole ``CREATE FUNCTION`` statement; the other fields are what can be compared without it.
    """

    kind = "function"
    presence = FUNCTIONS
    rank = 60
    section = "Functions"
    late_bound = True
    bars_retyping = True
    schema: str
    name: str
    arguments: str
    returns: str
    language: str
    definition: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("function", (self.schema, self.name, self.arguments))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def sql_fields(self) -> Iterable[str]:
        return (self.definition,)

    def late_sql(self) -> Iterable[str]:
        return layout.sql_body(self.definition)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        empty = self._without_body()
        if empty and self._calls_itself():
            return (empty, *self.redefine(catalog, folded))
        return (layout.function(_numbered(self.definition)),)

    def stub(self, catalog: Catalog) -> Stub | None:
        empty = self._without_body()
        if not empty:
            return None
        try:
            head = references(empty)
        except UNPARSED:
            return None
        named = {"function": head.functions, "relation": head.relations | head.types, "type": head.types}
        needs = {key for key in self.depends if key.kind not in named or key.path[:2] in named[key.kind]}
        return Stub((empty,), frozenset({self.parent, *(key for key in needs if key.kind != "column")}))

    def redefine(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (layout.function(_numbered(self.definition)).replace("CREATE ", "CREATE OR REPLACE ", 1),)

    def _without_body(self) -> str:
        """Return the statement that makes this function with a body that needs nothing; empty if the body is late."""
        found = _BOUND_BODY.match(self.definition)
        return f"CREATE {found['head']} LANGUAGE plpgsql\n{found['options']}AS 'BEGIN END'" if found else ""

    def _calls_itself(self) -> bool:
        try:
            return (self.schema, self.name) in references(self.definition).functions
        except UNPARSED:
            return False

    def address(self) -> str:
        name = quote_path(self.schema, self.name)
        if self.returns:
            return f"FUNCTION {name}({self.arguments})"
        # Types alone could also be those of another procedure's inputs and outputs together.
        return f"PROCEDURE {name}({', '.join(f'IN {argument}' for argument in split_list(self.arguments))})"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.returns != old.returns or not is_replaceable(old.definition, self.definition):
            return None
        return Alteration(self.redefine(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        # Those that an extension owns are its own; those that belong to a range type are made with it.
        return """
            SELECT 'pg_proc'::regclass::oid, p.oid, 0, n.nspname, p.proname, oidvectortypes(p.proargtypes),
                   coalesce(pg_get_function_result(p.oid), ''), l.lanname, pg_get_functiondef(p.oid)
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_language l ON l.oid = p.prolang
            WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname = ANY(%(schemas)s)
              AND NOT EXISTS (SELECT FROM pg_depend e
                              WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
            ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
            """


def _numbered(definition: str) -> str:
    """Return a definition that names no parameter ``""``, as a server does where only some parameters have names.

    It can be told which one is meant if all but one have names.
    """
    empty = [place for place in quoted_parts(definition) if definition[slice(*place)] == '""']
    if not empty:
        return definition
    try:
        tree = postgast.parse(_replaced(definition, empty, "$1"))
    except UNPARSED:
        return definition
    parameters = [item.function_parameter for item in tree.stmts[0].stmt.create_function_stmt.parameters]
    given = [one.name for one in parameters if _mode(one) not in ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")]
    unnamed = [number for number, name in enumerate(given, 1) if not name]
    return _replaced(definition, empty, f"${unnamed[0]}") if len(unnamed) == 1 else definition


def _mode(parameter: Any) -> str:
    modes = parameter.DESCRIPTOR.fields_by_name["mode"].enum_type.values_by_number
    return str(modes[parameter.mode].name)


def _replaced(text: str, places: list[tuple[int, int]], new: str) -> str:
    for begin, end in reversed(places):
        text = f"{text[:begin]}{new}{text[end:]}"
    return text
