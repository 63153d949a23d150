"""``CREATE DOMAIN``, and its constraints as facts of their own (a check may call what takes the domain)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import path_of
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, Stub, sql_text
from designer_kernel.catalog.spelling import default_value, expressions, in_parentheses

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_NO_DEFAULT: Final = "NULL"
"""The default of a domain that does not take over the one of its type; of a domain, DEFAULT NULL is a default too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(CatalogObject):
    """A type with constraints. ``collation`` is a qualified name, quoted, if it is not the base type's own."""

    kind = "domain"
    gives_way = True
    presence = "EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND typtype = 'd')"
    rank = 41
    section = "Types"
    schema: str
    name: str
    type: str
    not_null: bool = False
    default: str = sql_text()
    collation: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def type_names(self) -> Iterable[str]:
        return (self.type,)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.default)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        parts = folded.get(self.id, ())
        later = [part for part in parts if isinstance(part, DomainCheck) and part.not_valid]
        lines = [f"CREATE DOMAIN {quote_path(self.schema, self.name)} AS {self.type}"]
        if self.collation:
            lines.append(f"COLLATE {self.collation}")
        if self.default and self.default != _NO_DEFAULT:
            lines.append(f"DEFAULT {default_value(self.default)}")
        if self.not_null and not any(isinstance(part, DomainNotNull) for part in parts):
            lines.append("NOT NULL")
        lines += [" ".join(part.clause(folded)) for part in parts if part not in later]
        added = [statement for part in later for statement in part.create(catalog, folded)]
        if self.default == _NO_DEFAULT:
            added.append(f"ALTER DOMAIN {quote_path(self.schema, self.name)} DROP DEFAULT")
        return ("\n    ".join(lines), *added)

    def stub(self, catalog: Catalog) -> Stub | None:
        # A function that makes the default may return the domain.
        if self.default in ("", _NO_DEFAULT):
            return None
        bare = replace(self, default="", not_null=False)
        return Stub(
            bare.create(catalog, {}), frozenset({self.parent, *(d for d in self.depends if d.kind != "function")})
        )

    def redefine(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        alter = f"ALTER DOMAIN {quote_path(self.schema, self.name)}"
        parts = folded.get(self.id, ())
        statements = [f"{alter} SET DEFAULT {self.default}"]
        if self.not_null and not any(isinstance(part, DomainNotNull) for part in parts):
            statements.append(f"{alter} SET NOT NULL")
        return (*statements, *(statement for part in parts for statement in part.create(catalog, folded)))

    def address(self) -> str:
        return f"DOMAIN {quote_path(self.schema, self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if (self.type, self.collation) != (old.type, old.collation):
            return None
        head, actions = f"ALTER DOMAIN {quote_path(self.schema, self.name)}", []
        if self.default != old.default:
            actions.append(f"SET DEFAULT {self.default}" if self.default not in ("", _NO_DEFAULT) else "DROP DEFAULT")
        if self.not_null != old.not_null:
            actions.append("SET NOT NULL" if self.not_null else "DROP NOT NULL")
        return Alteration(tuple(f"{head} {action}" for action in actions))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_type'::regclass::oid, t.oid, 0, n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
                   t.typnotnull,
                   CASE WHEN t.typdefaultbin IS NOT NULL THEN pg_get_expr(t.typdefaultbin, 0)
                        WHEN t.typdefault IS NULL AND b.typdefault IS NOT NULL THEN {literal(_NO_DEFAULT)} ELSE '' END,
                   CASE WHEN t.typcollation <> b.typcollation
                        THEN {path_of("pg_collation", "coll", "t.typcollation")} ELSE '' END
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_type b ON b.oid = t.typbasetype
            WHERE t.typtype = 'd' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class _DomainConstraint(CatalogObject):
    """What both constraints of domains share: names are unique within the domain."""

    section = "Types"
    placement = "folds"
    schema: str
    domain: str
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("domain_constraint", (self.schema, self.domain, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.domain))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        (clause,) = self.clause(folded)
        return (f"ALTER DOMAIN {quote_path(self.schema, self.domain)}\n    ADD {clause}",)

    def rename(self, to: Self) -> tuple[str, ...]:
        domain = quote_path(to.schema, to.domain)
        return (f"ALTER DOMAIN {domain} RENAME CONSTRAINT {quote(self.name)} TO {quote(to.name)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER DOMAIN {quote_path(self.schema, self.domain)}\n    DROP CONSTRAINT {quote(self.name)}",)

    def address(self) -> str:
        return f"CONSTRAINT {quote(self.name)} ON DOMAIN {quote_path(self.schema, self.domain)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCheck(_DomainConstraint):
    """A check of a domain; ``expression`` speaks of ``VALUE``. One that is not valid is not true of old values.

    One that has to wait for a function still comes before tables: a domain inside of other types that columns have
    cannot be altered.
    """

    kind = "domain_check"
    presence = "EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND typtype = 'd')"
    rank = 48
    expression: str = sql_text()
    not_valid: bool = False

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.expression)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        words = f"CONSTRAINT {quote(self.name)} CHECK {in_parentheses(self.expression)}"
        return (f"{words} NOT VALID" if self.not_valid else words,)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if replace(old, not_valid=False) != self:
            return None
        return Alteration(
            (f"ALTER DOMAIN {quote_path(self.schema, self.domain)} VALIDATE CONSTRAINT {quote(self.name)}",)
        )

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_constraint'::regclass::oid, c.oid, 0, n.nspname, t.typname, c.conname,
                   pg_get_expr(c.conbin, 0), NOT c.convalidated
            FROM pg_constraint c
            JOIN pg_type t ON t.oid = c.contypid
            JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE c.contype = 'c' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname, c.conname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNotNull(_DomainConstraint):
    """The name of a domain's NOT NULL, where it is not the one that the server gives, or carries a comment.

    Such constraints have names from PostgreSQL 17 on.
    """

    kind = "domain_not_null"
    presence = "EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND typtype = 'd')"
    rank = 47
    integral = True

    def clause(self, folded: Folded) -> tuple[str, ...]:
        return (f"CONSTRAINT {quote(self.name)} NOT NULL",)

    @classmethod
    def introspection(cls, version: int) -> str:
        if version < 17:
            return ""
        return f"""
            SELECT 'pg_constraint'::regclass::oid, c.oid, 0, n.nspname, t.typname, c.conname
            FROM pg_constraint c
            JOIN pg_type t ON t.oid = c.contypid
            JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE c.contype = 'n' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "t.oid")}
              AND (c.conname <> t.typname || '_not_null'
                   OR EXISTS (SELECT FROM pg_description d
                              WHERE d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid))
            ORDER BY n.nspname, t.typname, c.conname
            """
