"""``ALTER INDEX … ATTACH PARTITION``: indexes of partitions, attached to their parent's one by one."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._partitioned_indexes import ATTACHED, DERIVED, TREES
from designer_kernel.catalog.kinds._presence import PARTITIONED_INDEXES
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.objects import CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexAttachment(CatalogObject):
    """The index of a partition is a part of the index of its parent.

    There are such facts only where the indexes of partitions are not what the server would make by itself. ``table``
    and ``child_table`` are the tables whose constraints the indexes belong to, and empty for plain indexes.
    """

    kind = "index_attachment"
    presence = PARTITIONED_INDEXES
    rank = 142
    section = "Index partitions"
    schema: str
    table: str = ""
    index: str
    child_schema: str
    child_table: str = ""
    child_index: str

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.index, self.child_schema, self.child_index))

    @property
    def parent(self) -> ObjectId:
        return _index_id(self.schema, self.table, self.index)

    @property
    def child(self) -> ObjectId:
        """The partition's index, or the constraint that it belongs to."""
        return _index_id(self.child_schema, self.child_table, self.child_index)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield self.child
        # From the leaves to the root, so that an index is whole once its last partition is attached.
        yield from (below.id for below in catalog.parts(self.child, IndexAttachment))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        parent, child = quote_path(self.schema, self.index), quote_path(self.child_schema, self.child_index)
        return (f"ALTER INDEX {parent} ATTACH PARTITION {child}",)

    def arrive(self, change: Change) -> tuple[str, ...] | None:
        return () if came_with_parent(self.child, change) else None

    def stays(self, change: Change) -> bool:
        return stays_with_parent(self.child, change)

    def leave(self, change: Change) -> tuple[str, ...] | None:
        return () if self.stays(change) else None

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()  # an attached index cannot be detached: it goes with either end

    def drags(self, catalog: Catalog, dropped: AbstractSet[ObjectId]) -> Iterable[ObjectId]:
        child = catalog.get(self.child)
        return () if child is None or child.parent in dropped else (self.parent,)

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (self.parent, *self.requires(catalog))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS},{ATTACHED},{DERIVED}
            SELECT 'pg_class'::regclass::oid, x.oid, -100003, p.schema, coalesce(l.table_name, ''), y.relname,
                   c.schema, coalesce(k.table_name, ''), x.relname
            FROM attached t
            JOIN pg_class x ON x.oid = t.child
            JOIN pg_class y ON y.oid = t.parent
            JOIN pg_index i ON i.indexrelid = x.oid
            JOIN pg_index j ON j.indexrelid = y.oid
            JOIN relations c ON c.oid = i.indrelid
            JOIN relations p ON p.oid = j.indrelid
            LEFT JOIN LATERAL ({_table_of_constraint("c.relname", "i")}) k ON true
            LEFT JOIN LATERAL ({_table_of_constraint("p.relname", "j")}) l ON true
            WHERE t.child NOT IN (SELECT d.oid FROM derived d)
            ORDER BY p.schema, y.relname, c.schema, x.relname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattachedIndex(CatalogObject):
    """A partitioned index to which no partition's index is attached, though there are partitions.

    ``table`` is the table whose constraint the index belongs to, and empty for a plain index.
    """

    kind = "unattached_index"
    presence = PARTITIONED_INDEXES
    rank = 142
    section = "Index partitions"
    placement = "follows"
    schema: str
    table: str = ""
    index: str

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.index))

    @property
    def parent(self) -> ObjectId:
        return _index_id(self.schema, self.table, self.index)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return ()  # the index itself is created so

    def displaces(self, change: Change) -> Iterable[ObjectId]:
        # An index that was made with those of the partitions cannot be without them.
        return () if stands_alone(change.before, self.parent) else (self.parent,)

    def stays(self, change: Change) -> bool:
        return bool(change.after.parts(self.parent, IndexAttachment))  # some are attached to the index as it is

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()

    def drags(self, catalog: Catalog, dropped: AbstractSet[ObjectId]) -> Iterable[ObjectId]:
        return (self.parent,)  # only a new index comes with those of the partitions

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS},{TREES}
            SELECT 'pg_class'::regclass::oid, y.oid, -100004, p.schema, coalesce(l.table_name, ''), y.relname
            FROM incomplete n
            JOIN pg_class y ON y.oid = n.oid
            JOIN pg_index j ON j.indexrelid = y.oid
            JOIN relations p ON p.oid = j.indrelid
            LEFT JOIN LATERAL ({_table_of_constraint("p.relname", "j")}) l ON true
            WHERE n.oid NOT IN (SELECT t.parent FROM attached t)
            ORDER BY p.schema, y.relname
            """


def stands_alone(catalog: Catalog, index: ObjectId) -> bool:
    """Whether an index, or a constraint with one, is created without those of the partitions."""
    return bool(catalog.parts(index, IndexAttachment) or catalog.parts(index, UnattachedIndex))


def _index_id(schema: str, table: str, index: str) -> ObjectId:
    """Return the identity of a constraint of a table, or of a plain index."""
    return ObjectId("constraint", (schema, table, index)) if table else ObjectId("index", (schema, index))


def _table_of_constraint(name: str, index: str) -> str:
    """Return SQL that gives a table's name if the row of ``pg_index`` belongs to a constraint of it."""
    return f"""SELECT {name} AS table_name FROM pg_constraint k
                               WHERE k.conrelid = {index}.indrelid AND k.conindid = {index}.indexrelid
                                 AND k.contype IN ('p', 'u', 'x')"""


def wholes(catalog: Catalog, index: ObjectId) -> Iterable[ObjectId]:
    """Return the indexes that an index is a part of."""
    return (attachment.parent for attachment in catalog.having(IndexAttachment, "child", index))


def came_with_parent(index: ObjectId, change: Change) -> bool:
    """Whether a partition has an index already that was not told, since it came with one of what it is a partition of.

    Parameters
    ----------
    index
        An index of the catalog after, or the constraint that it belongs to.
    """
    above = change.after.having(IndexAttachment, "child_index", index.path[-1])
    return any(_handed_down(each.parent, change) for each in above if each.child == index)


def stays_with_parent(index: ObjectId, change: Change) -> bool:
    """Whether a partition keeps an index that is not told any more, since it is as it comes with its parent's.

    Parameters
    ----------
    index
        An index of the catalog before, or the constraint that it belongs to.
    """
    table = change.before[index].parent
    is_kept = table is not None and _whole(change.before, table) == _whole(change.after, table) != ()
    return is_kept and came_with_parent(index, change._replace(before=change.after, after=change.before))


def given_otherwise(index: ObjectId, given: str, change: Change) -> str:
    """Return the name under which a partition's index came with its parent's, or will; empty if that is its own.

    Parameters
    ----------
    given
        What the server calls it where that name is free; empty if that is not known.
    """
    there = {ObjectId(kind, (index.path[0], given)) for kind in ("relation", "index", "type")}
    is_free = not any(key in catalog for key in there for catalog in (change.before, change.after))
    return given if is_free and given != index.path[-1] else ""


def renaming(schema: str, name: str, other: str) -> str:
    """Return the statement that gives an index another name."""
    return f"ALTER INDEX {quote_path(schema, name)} RENAME TO {quote(other)}"


def _whole(catalog: Catalog, table: ObjectId) -> tuple[str, ...]:
    """Return what a table is a partition of, by its path; nothing if it is none."""
    return getattr(catalog.get(table), "partition_of", None) or ()


def _handed_down(above: ObjectId, change: Change) -> bool:
    """Whether an index stays that was told alone, so that those of all partitions came with it."""
    had = change.before.get(above)
    if had is None:
        return came_with_parent(above, change)
    return had == change.after.get(above) and not stands_alone(change.before, above)
