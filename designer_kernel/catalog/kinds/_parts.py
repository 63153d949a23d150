"""What comments, labels and privileges are about: facts, and parts of them that are no facts of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import UnknownObject

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

CONSTRAINT_INDEX: Final = "constraint_index"
"""The index behind a constraint: it can carry a comment of its own beside the constraint's."""


def part_of(owner: ObjectId, kind: str | None, path: Sequence[str]) -> ObjectId:
    """Return the part of an object that a row speaks of, or the object itself if it speaks of no part.

    A column that is a fact of its own (of a table, of a composite type) is already the object.
    """
    if kind is None or (kind == "column" and owner.kind != "relation"):
        return owner
    return ObjectId(kind, tuple(path))


def whole_of(part: ObjectId) -> ObjectId | None:
    """Return the fact that a part belongs to where the part itself may be no fact: columns of views, for example."""
    match part.kind, part.path:
        case ("column" | "rule", (schema, relation, _)):
            return ObjectId("relation", (schema, relation))
        case (kind, path) if kind == CONSTRAINT_INDEX:
            return ObjectId("constraint", path)
    return None


def address_of(catalog: Catalog, on: ObjectId, what: str) -> str:
    """Return an object, or a part that is no fact, as ``COMMENT ON`` names it.

    Raises
    ------
    UnknownObject
        If the catalog does not hold the object; ``what`` says what is about it, for the message.
    """
    described = catalog.get(on)
    if described is not None:
        return described.address()
    match on.kind, on.path:
        case ("column", path):
            return f"COLUMN {quote_path(*path)}"
        case ("rule", (schema, relation, name)):
            return f"RULE {quote(name)} ON {quote_path(schema, relation)}"
        case (kind, (schema, _, name)) if kind == CONSTRAINT_INDEX:
            return f"INDEX {quote_path(schema, name)}"
    raise UnknownObject(f"{what} is about {on}, which is not there", mend=f"remove {what}")


PARTS: Final = """
                SELECT CASE WHEN k.oid IS NOT NULL THEN 'pg_constraint'::regclass::oid
                            WHEN t.oid IS NOT NULL OR r.oid IS NOT NULL THEN 'pg_class'::regclass::oid
                            ELSE d.classoid END AS classid,
                       coalesce(k.oid, t.typrelid, r.ev_class, d.objoid) AS objid,
                       CASE WHEN k.oid IS NOT NULL THEN 'constraint_index' WHEN r.oid IS NOT NULL THEN 'rule'
                            WHEN a.attrelid IS NOT NULL THEN 'column' END AS part,
                       CASE WHEN coalesce(k.oid, r.oid, a.attrelid) IS NOT NULL THEN
                           ARRAY[n.nspname, c.relname, coalesce(i.relname, r.rulename, a.attname)]::text[] END AS path,
                       d.*
                FROM {source} d
                LEFT JOIN pg_type t ON d.classoid = 'pg_type'::regclass AND t.oid = d.objoid AND t.typtype = 'c'
                LEFT JOIN pg_attribute a
                  ON d.classoid = 'pg_class'::regclass AND d.objsubid > 0
                 AND a.attrelid = d.objoid AND a.attnum = d.objsubid
                LEFT JOIN pg_rewrite r
                  ON d.classoid = 'pg_rewrite'::regclass AND r.oid = d.objoid AND r.rulename = '_RETURN'
                LEFT JOIN pg_class i
                  ON d.classoid = 'pg_class'::regclass AND i.oid = d.objoid AND i.relkind IN ('i', 'I')
                LEFT JOIN pg_constraint k
                  ON k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')
                LEFT JOIN pg_class c ON c.oid = coalesce(k.conrelid, r.ev_class, a.attrelid)
                LEFT JOIN pg_namespace n ON n.oid = c.relnamespace"""
"""Rows of a catalog about objects, with the address of the fact that each belongs to, and which part of it is meant.

``source`` has the columns classoid, objoid and objsubid."""
