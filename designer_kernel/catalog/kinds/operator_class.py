"""``CREATE OPERATOR FAMILY``, its loose members, and ``CREATE OPERATOR CLASS``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import path_of
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_MEMBERS: Final = f"""
                SELECT 'pg_amop'::regclass::oid AS classid, o.oid, o.amopfamily AS family,
                       'pg_operator'::regclass::oid AS target_class, o.amopopr AS target,
                       (SELECT p.oprnamespace FROM pg_operator p WHERE p.oid = o.amopopr) AS namespace,
                       'OPERATOR' AS word, o.amopstrategy AS number,
                       format_type(o.amoplefttype, NULL) AS left_type, format_type(o.amoprighttype, NULL) AS right_type,
                       concat('OPERATOR ', o.amopstrategy, ' ', o.amopopr::regoperator,
                              ' FOR ORDER BY ' || {path_of("pg_opfamily", "opf", "o.amopsortfamily")}) AS clause
                FROM pg_amop o
                UNION ALL
                SELECT 'pg_amproc'::regclass::oid, f.oid, f.amprocfamily, 'pg_proc'::regclass, f.amproc::oid,
                       (SELECT p.pronamespace FROM pg_proc p WHERE p.oid = f.amproc),
                       'FUNCTION', f.amprocnum,
                       format_type(f.amproclefttype, NULL), format_type(f.amprocrighttype, NULL),
                       concat('FUNCTION ', f.amprocnum, ' (', format_type(f.amproclefttype, NULL), ', ',
                              format_type(f.amprocrighttype, NULL), ') ', f.amproc::regprocedure)
                FROM pg_amproc f"""
"""All operators and functions of operator families, with the clause that adds each."""


def _belongs(member: str, catalog: str) -> str:
    """Return SQL for the row of ``pg_depend`` that ties a member to its class or, if it is loose, to its family."""
    return f"d.classid = {member}.classid AND d.objid = {member}.oid AND d.refclassid = '{catalog}'::regclass"


def family_id(schema: str, name: str, method: str) -> ObjectId:
    """Return the identity of an operator family."""
    return ObjectId("operator_family", (schema, name, method))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFamily(CatalogObject):
    """Operators and functions of several types that an access method may use together."""

    kind = "operator_family"
    presence = "EXISTS (SELECT FROM pg_opfamily WHERE oid >= 16384)"
    rank = 72
    section = "Operator families"
    schema: str
    name: str
    method: str

    @property
    def id(self) -> ObjectId:
        return family_id(self.schema, self.name, self.method)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"CREATE {self.address()}",)

    def address(self) -> str:
        return f"OPERATOR FAMILY {quote_path(self.schema, self.name)} USING {quote(self.method)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_opfamily'::regclass::oid, f.oid, 0, n.nspname, f.opfname, m.amname
            FROM pg_opfamily f
            JOIN pg_am m ON m.oid = f.opfmethod
            JOIN pg_namespace n ON n.oid = f.opfnamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_opfamily", "f.oid")}
            ORDER BY n.nspname, f.opfname, m.amname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorClass(CatalogObject):
    """How an access method treats a type. ``family`` is schema and name; ``members`` are the clauses it is made of.

    ``storage`` is the type that an index keeps, if it is another one.
    """

    kind = "operator_class"
    presence = "EXISTS (SELECT FROM pg_opclass WHERE oid >= 16384)"
    rank = 74
    section = "Operator classes"
    schema: str
    name: str
    method: str
    type: str
    family: tuple[str, str]
    default: bool = False
    storage: str = ""
    members: tuple[str, ...] = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("operator_class", (self.schema, self.name, self.method))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (family_id(*self.family, self.method),)

    def type_names(self) -> Iterable[str]:
        return (self.type, *([self.storage] if self.storage else ()))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        storage = self.storage or ("" if self.members else self.type)  # a class must say something
        parts = ([f"STORAGE {storage}"] if storage else []) + list(self.members)
        inside = ",\n".join(f"    {part}" for part in parts)
        name, default = quote_path(self.schema, self.name), "DEFAULT " if self.default else ""
        head = f"CREATE OPERATOR CLASS {name}\n    {default}FOR TYPE {self.type} USING {quote(self.method)}"
        return (f"{head} FAMILY {quote_path(*self.family)} AS\n{inside}",)

    def address(self) -> str:
        return f"OPERATOR CLASS {quote_path(self.schema, self.name)} USING {quote(self.method)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        # A server that has counted nothing yet would write every member of the system down again for each class.
        return f"""
            WITH classes AS MATERIALIZED (
                SELECT c.*, n.nspname
                FROM pg_opclass c
                JOIN pg_namespace n ON n.oid = c.opcnamespace
                WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_opclass", "c.oid")}
            ), written AS MATERIALIZED (
                SELECT e.* FROM ({_MEMBERS}) e WHERE e.family IN (SELECT opcfamily FROM classes)
            )
            SELECT 'pg_opclass'::regclass::oid, c.oid, 0, c.nspname, c.opcname, m.amname,
                   format_type(c.opcintype, NULL), ARRAY[g.nspname::text, f.opfname::text], c.opcdefault,
                   CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) ELSE '' END,
                   coalesce(members.clauses, '{{}}')
            FROM classes c
            JOIN pg_am m ON m.oid = c.opcmethod
            JOIN pg_opfamily f ON f.oid = c.opcfamily
            JOIN pg_namespace g ON g.oid = f.opfnamespace
            LEFT JOIN (SELECT d.refobjid AS class,
                              array_agg(e.clause ORDER BY e.word DESC, e.number, e.clause) AS clauses
                       FROM written e
                       JOIN pg_depend d ON {_belongs("e", "pg_opclass")}
                       GROUP BY d.refobjid) members ON members.class = c.oid
            ORDER BY c.nspname, c.opcname, m.amname
            """


_LOOSE_IN_OTHERS: Final = """
                       (f.oid < 16384 OR EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_opfamily'::regclass
                                                 AND x.objid = f.oid AND x.deptype = 'e'))
                   AND e.oid >= 16384
                   AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = e.target_class AND x.objid = e.target
                                   AND x.deptype = 'e')
                   AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = e.classid AND x.objid = e.oid
                                   AND x.refclassid = 'pg_opclass'::regclass)
                   AND (e.namespace IN (SELECT oid FROM pg_namespace WHERE nspname = ANY(%(schemas)s))
                        OR (f.oid < 16384 AND e.target < 16384))"""
"""Whether a loose member ``e`` was added to a family ``f`` of the system or of an extension, and not by an extension.

The server does not record what depends on its own families, nor what an extension adds: only whose function it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFamilyMember(CatalogObject):
    """A member that belongs to a family and to no class; ``word`` is ``OPERATOR`` or ``FUNCTION``.

    The family may be the system's, or that of an ``extension``. Members come before classes: those that are added when
    there is a class for their type become members of the class.
    """

    kind = "operator_family_member"
    presence = "EXISTS (SELECT FROM pg_amop WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_amproc WHERE oid >= 16384)"
    rank = 73
    section = "Operator families"
    schema: str
    family: str
    method: str
    word: str
    number: int
    left: str
    right: str
    clause_text: str
    extension: str = ""

    @property
    def id(self) -> ObjectId:
        path = (self.schema, self.family, self.method, f"{self.word} {self.number}", self.left, self.right)
        return ObjectId("operator_family_member", path)

    @property
    def parent(self) -> ObjectId | None:
        if self.extension:
            return ObjectId("extension", (self.extension,))
        return None if self.schema == "pg_catalog" else family_id(self.schema, self.family, self.method)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        family = f"{quote_path(self.schema, self.family)} USING {quote(self.method)}"
        return (f"ALTER OPERATOR FAMILY {family}\n    ADD {self.clause_text}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        number = f"{self.word} {self.number} ({self.left}, {self.right})"
        family = f"{quote_path(self.schema, self.family)} USING {quote(self.method)}"
        return (f"ALTER OPERATOR FAMILY {family}\n    DROP {number}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT e.classid, e.oid, 0, n.nspname, f.opfname, m.amname, e.word, e.number::int4, e.left_type,
                   e.right_type, e.clause,
                   coalesce((SELECT x.extname FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
                             WHERE d.classid = 'pg_opfamily'::regclass AND d.objid = f.oid AND d.deptype = 'e'), '')
            FROM ({_MEMBERS}) e
            JOIN pg_opfamily f ON f.oid = e.family
            JOIN pg_am m ON m.oid = f.opfmethod
            JOIN pg_namespace n ON n.oid = f.opfnamespace
            WHERE (n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_opfamily", "f.oid")}
                   AND EXISTS (SELECT FROM pg_depend d WHERE {_belongs("e", "pg_opfamily")}))
               OR ({_LOOSE_IN_OTHERS})
            ORDER BY n.nspname, f.opfname, m.amname, e.word DESC, e.number, e.left_type, e.right_type
            """
