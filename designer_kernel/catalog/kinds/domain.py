"""``CREATE DOMAIN``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import default_value, expressions, in_parentheses

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(CatalogObject):
    """A type with constraints. ``checks`` are pairs of constraint name and expression over ``VALUE``."""

    kind = "domain"
    rank = 41
    section = "Types"
    schema: str
    name: str
    type: str
    not_null: bool = False
    default: str = sql_text()
    checks: tuple[tuple[str, str], ...] = sql_text(default=())

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def type_names(self) -> Iterable[str]:
        return (self.type,)

    def sql_fields(self) -> Iterable[str]:
        return (*expressions(self.default), *expressions(*(check for _, check in self.checks)))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        lines = [f"CREATE DOMAIN {quote_path(self.schema, self.name)} AS {self.type}"]
        if self.default:
            lines.append(f"DEFAULT {default_value(self.default)}")
        if self.not_null:
            lines.append("NOT NULL")
        lines += [f"CONSTRAINT {quote(name)} CHECK {in_parentheses(check)}" for name, check in self.checks]
        return ("\n    ".join(lines),)

    def address(self) -> str:
        return f"DOMAIN {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_type'::regclass::oid, t.oid, 0, n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
                   t.typnotnull, coalesce(pg_get_expr(t.typdefaultbin, 0), ''),
                   (SELECT array_agg(ARRAY[c.conname::text, pg_get_expr(c.conbin, 0)] ORDER BY c.conname)
                    FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c')
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype = 'd' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, type_name, not_null, default, checks = row
        pairs = tuple((check, expression) for check, expression in checks or ())
        return cls(schema=schema, name=name, type=type_name, not_null=not_null, default=default, checks=pairs)
