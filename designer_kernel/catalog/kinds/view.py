"""``CREATE VIEW``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._bare_values import taken_apart
from designer_kernel.catalog.kinds._options import assignments
from designer_kernel.catalog.kinds._presence import VIEWS
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, Stub, sql_text
from designer_kernel.catalog.unnamed import named, output_columns

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


_FLAGS: Final = ("security_barrier", "security_invoker")
_CHECKS: Final = {"check_option=local": "LOCAL", "check_option=cascaded": "CASCADED"}
_TRUE: Final = frozenset({"true", "on", "yes", "1", "t", "y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class View(CatalogObject):
    """A view; ``security_invoker`` (PostgreSQL 15 and newer) makes row security apply to whoever reads it.

    ``check_option`` is LOCAL or CASCADED. ``options`` are all options as the server keeps them (``name=value``), given
    only where the flags do not already say them: in another order, or set to ``false``. ``columns`` are (name, type,
    collation) and follow from the query; known only where something other than a view is made of this view, or where
    it may stand in a circle of views.
    """

    kind = "view"
    presence = VIEWS
    rank = 200
    bars_retyping = True
    section = "Views"
    schema: str
    name: str
    query: str = sql_text()
    security_invoker: bool = False
    security_barrier: bool = False
    check_option: str = ""
    options: tuple[str, ...] = ()
    columns: tuple[tuple[str, str, str], ...] = field(default=(), compare=False)

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def sql_fields(self) -> Iterable[str]:
        return (self.query,) if self.query else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (self._statement("CREATE VIEW"),)

    def stub(self, catalog: Catalog) -> Stub | None:
        if not self.columns:
            return None
        nulls = (
            f"NULL::{kind}{f' COLLATE {collation}' if collation else ''} AS {quote(name)}"
            for name, kind, collation in self.columns
        )
        path = quote_path(self.schema, self.name)
        # The types of the columns are among what the query needs; what else it needs is why there is a stub.
        needs = frozenset(key for key in self.depends if key.kind in {"type", "collation"})
        return Stub((f"CREATE VIEW {path} AS\nSELECT\n    " + ",\n    ".join(nulls),), needs)

    def redefine(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (self._statement("CREATE OR REPLACE VIEW"),)

    def _statement(self, verb: str) -> str:
        given = self.options or tuple(f"{flag}=true" for flag in _FLAGS if getattr(self, flag))
        options = f" WITH ({assignments(given)})" if given else ""
        check = f"\nWITH {self.check_option} CHECK OPTION" if self.check_option else ""
        columns, query = taken_apart(self.query)
        return f"{verb} {quote_path(self.schema, self.name)}{columns}{options} AS\n{layout.query(named(query))}{check}"

    def address(self) -> str:
        return f"VIEW {quote_path(self.schema, self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.query != old.query and not _begins_alike(old.query, self.query):
            return None
        return Alteration(self.redefine(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, 0, c.schema, c.relname, ltrim(rtrim(pg_get_viewdef(c.oid), ';')),
                   coalesce(c.reloptions, '{{}}'),
                   CASE WHEN EXISTS (SELECT FROM pg_depend d
                                     WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                                       AND d.classid = 'pg_proc'::regclass)
                          OR EXISTS (SELECT FROM pg_type t JOIN pg_depend d ON d.refobjid IN (t.oid, t.typarray)
                                     WHERE t.oid = c.reltype AND d.refclassid = 'pg_type'::regclass
                                       AND d.deptype = 'n')
                          -- Of views in a circle, one was replaced to speak of what came after it.
                          OR EXISTS (SELECT FROM pg_rewrite w JOIN pg_depend d ON d.objid = w.oid
                                     WHERE w.ev_class = c.oid AND d.classid = 'pg_rewrite'::regclass
                                       AND d.refclassid = 'pg_class'::regclass AND d.refobjid > c.oid) THEN
                       (SELECT json_agg(json_build_array(
                                   a.attname, format_type(a.atttypid, a.atttypmod),
                                   coalesce(quote_ident(n.nspname) || '.' || quote_ident(l.collname), ''))
                               ORDER BY a.attnum)
                        FROM pg_attribute a
                        LEFT JOIN pg_type t ON t.oid = a.atttypid
                        LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
                        LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
                   END
            FROM relations c
            WHERE c.relkind = 'v'
            ORDER BY c.schema, c.relname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, query, stored, columns = row
        check = next((_CHECKS[option] for option in stored if option in _CHECKS), "")
        options = tuple(option for option in stored if option not in _CHECKS)
        flags = tuple(flag for flag in _FLAGS if _is_on(options, flag))
        return cls(
            schema=schema,
            name=name,
            query=query,
            security_invoker="security_invoker" in flags,
            security_barrier="security_barrier" in flags,
            check_option=check,
            options=() if options == tuple(f"{flag}=true" for flag in flags) else options,
            columns=tuple((column, kind, collation) for column, kind, collation in columns or ()),
        )


def _begins_alike(query: str, other: str) -> bool:
    """Whether the columns of a query come first among those of another one, so that a view may be replaced by it."""
    names, others = output_columns(query), output_columns(other)
    return bool(names) and others[: len(names)] == names


def _is_on(options: Sequence[str], flag: str) -> bool:
    return any(name == flag and value.lower() in _TRUE for name, _, value in (o.partition("=") for o in options))
