"""``CREATE AGGREGATE``: plain, ordered-set, hypothetical-set, moving and parallel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._presence import AGGREGATES
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import (
    Options,
    definition,
    operator_path,
    option_pairs,
    pairs,
    replacing,
    routine_path,
)
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_MODIFY: Final = """CASE WHEN {0} <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END
                            THEN CASE {0} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
                                          ELSE 'READ_WRITE' END END"""
"""How a final function treats the state, unless it is what the aggregate's kind does by default."""

_OPTIONS: Final = (
    ("SFUNC", routine_path("a.aggtransfn")),
    ("STYPE", "format_type(a.aggtranstype, NULL)"),
    ("SSPACE", "nullif(a.aggtransspace, 0)::text"),
    ("FINALFUNC", routine_path("a.aggfinalfn")),
    ("FINALFUNC_EXTRA", "CASE WHEN a.aggfinalextra THEN 'true' END"),
    ("FINALFUNC_MODIFY", f"CASE WHEN a.aggfinalfn <> 0 THEN {_MODIFY.format('a.aggfinalmodify')} END"),
    ("COMBINEFUNC", routine_path("a.aggcombinefn")),
    ("SERIALFUNC", routine_path("a.aggserialfn")),
    ("DESERIALFUNC", routine_path("a.aggdeserialfn")),
    ("INITCOND", "quote_literal(a.agginitval)"),
    ("MSFUNC", routine_path("a.aggmtransfn")),
    ("MINVFUNC", routine_path("a.aggminvtransfn")),
    ("MSTYPE", "CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END"),
    ("MSSPACE", "nullif(a.aggmtransspace, 0)::text"),
    ("MFINALFUNC", routine_path("a.aggmfinalfn")),
    ("MFINALFUNC_EXTRA", "CASE WHEN a.aggmfinalextra THEN 'true' END"),
    ("MFINALFUNC_MODIFY", f"CASE WHEN a.aggmfinalfn <> 0 THEN {_MODIFY.format('a.aggmfinalmodify')} END"),
    ("MINITCOND", "quote_literal(a.aggminitval)"),
    ("SORTOP", operator_path("a.aggsortop")),
    ("PARALLEL", "CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END"),
    ("HYPOTHETICAL", "CASE WHEN a.aggkind = 'h' THEN 'true' END"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(CatalogObject):
    """An aggregate. ``arguments`` is its identity as a function's is, ``signature`` what stands in its brackets.

    The signature has names, ``VARIADIC`` and ``ORDER BY``; one of no arguments is ``*``.
    """

    kind = "aggregate"
    presence = AGGREGATES
    rank = 64
    section = "Aggregates"
    schema: str
    name: str
    arguments: str
    signature: str
    returns: str
    options: Options = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("function", (self.schema, self.name, self.arguments))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        head = f"CREATE AGGREGATE {quote_path(self.schema, self.name)}({self.signature})"
        return (definition(head, self.options),)

    def address(self) -> str:
        return f"AGGREGATE {quote_path(self.schema, self.name)}({self.arguments or '*'})"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if (self.signature, self.returns, self._is_hypothetical) != (old.signature, old.returns, old._is_hypothetical):
            return None
        return Alteration(replacing(self.create(change.after, {})))

    @property
    def _is_hypothetical(self) -> bool:
        return any(word == "HYPOTHETICAL" for word, _ in self.options)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_proc'::regclass::oid, p.oid, 0, n.nspname, p.proname, oidvectortypes(p.proargtypes),
                   coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'), pg_get_function_result(p.oid),
                   {option_pairs(_OPTIONS)}
            FROM pg_aggregate a
            JOIN pg_proc p ON p.oid = a.aggfnoid
            JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_proc", "p.oid")}
            ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, arguments, signature, returns, options = row
        return cls(
            schema=schema,
            name=name,
            arguments=arguments,
            signature=signature,
            returns=returns,
            options=pairs(options),
        )
