"""What is made anew beside what it was, and takes over its rows or its place: tables and sequences.

A table whose partition key changes, or that takes its columns from another parent, cannot be altered. The old one gets
another name, the new one is made, the rows go over, and the old one is dropped. In the same way an identity column
takes over where the sequence of a ``serial`` column stands, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import given_name, quote, quote_path, shorten
from designer_kernel.catalog.kinds._constraint import IndexedConstraint
from designer_kernel.catalog.kinds.column import Column, column_id, converted
from designer_kernel.catalog.kinds.composite import CompositeAttribute
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import renaming
from designer_kernel.catalog.kinds.sequence import Sequence, SequenceOwner
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Change, ObjectId
from designer_kernel.migrate.all_rows import unforced

_NAMED: Final = frozenset({"relation", "index", "type", "constraint"})


@dataclass(frozen=True, slots=True)
class Carry:
    """Statements that bring what is kept from one object to another one.

    They come after what makes or alters ``to``, before whatever else is made on it, and before ``of`` goes or is
    altered.
    """

    to: tuple[ObjectId, ...]
    of: tuple[ObjectId, ...]
    statements: tuple[str, ...]


class Names:
    """Names that are free in the catalogs of a change, each given once."""

    def __init__(self, *catalogs: Catalog) -> None:
        self._catalogs = catalogs

    @cached_property
    def _taken(self) -> set[tuple[str, str]]:
        return {(key.path[0], key.path[-1]) for c in self._catalogs for key in c if key.kind in _NAMED}

    def free(self, schema: str, name: str) -> str:
        """Return a name like another one that no object of the schema has."""
        for number in count():
            found = shorten(f"{name}__old{number or ''}")
            if (schema, found) not in self._taken:
                self._taken.add((schema, found))
                return found
        raise AssertionError("there are names without end")


class Anew:
    """The facts that are made anew, since PostgreSQL would not let them be altered."""

    def __init__(self, before: Catalog, after: Catalog) -> None:
        self._before = before
        self._after = after
        self._facts: set[ObjectId] = set()

    @property
    def facts(self) -> frozenset[ObjectId]:
        """The facts so far."""
        return frozenset(self._facts)

    def called(self, before: Catalog) -> None:
        """Take what was renamed by its new names from now on."""
        self._before = before

    def lost(self, remade: Iterable[ObjectId]) -> bool:
        """Have what holds them made anew for tables and columns whose rows would be lost; false if there are none."""
        return self.make([key for key in remade if self._loses(key)])

    def _loses(self, key: ObjectId) -> bool:
        old, new = self._before.get(key), self._after.get(key)
        return key not in self._facts and (
            (isinstance(old, Table) and isinstance(new, Table)) or _keeps_values(old, new)
        )

    def make(self, keys: Iterable[ObjectId]) -> bool:
        """Have facts made anew, or what they are parts of if they were so already; false if there is nothing above."""
        return bool([key for key in keys if self._made(key)])

    def _made(self, key: ObjectId | None) -> bool:
        while key is not None and key.kind != "schema":
            old, new = self._before.get(key), self._after.get(key)
            if type(old) is type(new) and key not in self._facts and not _keeps_values(old, new):
                self._facts.add(key)
                return True
            fact = old if old is not None else new
            key = None if fact is None else fact.parent
        return False


def _keeps_values(old: CatalogObject | None, new: CatalogObject | None) -> bool:
    """Whether a fact is a column or an attribute whose values would go with it; with what holds it, they go over."""
    if isinstance(old, Column) and isinstance(new, Column):
        return not new.generated
    kinds = (CompositeAttribute, Sequence)
    return isinstance(old, kinds) and isinstance(new, kinds)


def rebuilt(change: Change, anew: AbstractSet[ObjectId]) -> list[Table]:
    """Return the tables that cannot be altered into what they become, and those that have to follow them.

    Parameters
    ----------
    anew
        Tables of which something is known that cannot be altered.
    """
    found: dict[ObjectId, Table] = {}
    waiting = [table for table in change.before.of(Table) if _is_rebuilt(table, change, anew)]
    while waiting:
        table = waiting.pop()
        if table.id not in found and isinstance(change.after.get(table.id), Table):
            found[table.id] = table
            waiting += _following(table, change)
    return list(found.values())


def _is_rebuilt(table: Table, change: Change, anew: AbstractSet[ObjectId]) -> bool:
    other = change.after.get(table.id)
    if not isinstance(other, Table) or other == table:
        return table.id in anew
    placed = replace(
        other,
        partition_of=table.partition_of,
        bound=table.bound,
        inherits=table.inherits,
        of_type=table.of_type,
        standalone=table.standalone,
    )
    return table.id in anew or placed.alter(table, change) is None


def _following(table: Table, change: Change) -> Iterator[Table]:
    path = (table.schema, table.name)
    yield from (child for child in change.before.of(Table) if path in child.inherits)
    if not _keeps_key(table, change):
        for part in change.before.having(Table, "partition_of", path):
            other = change.after.get(part.id)
            if isinstance(other, Table) and other.partition_of == path:
                yield part


def _keeps_key(table: Table, change: Change) -> bool:
    other = change.after.get(table.id)
    return isinstance(other, Table) and _keeps_places(table, other, change)


def _keeps_places(old: Table, new: Table, change: Change) -> bool:
    """Whether rows stay in their partitions: the key is the same, and so is how its values are hashed."""
    if old.partition_by != new.partition_by or not new.partition_by.startswith("HASH"):
        return old.partition_by == new.partition_by
    types = {column.name: column.type for column in columns_of(old, change.before)}
    keys = (column for column in columns_of(new, change.after) if quote(column.name) in new.partition_by)
    return all(types.get(column.name, column.type) == column.type for column in keys)


def detached(tables: Iterable[Table], change: Change) -> list[Table]:
    """Return the partitions and children that have to be free before tables are set aside, the outermost first.

    What the new schema no longer has as a table stays in the old one, so that its rows go over with the others; if
    the key is the same, they would find no place.
    """
    found: dict[ObjectId, Table] = {}
    for table in tables:
        if table.parents:
            found[table.id] = table
        for part in change.before.having(Table, "partition_of", (table.schema, table.name)):
            if _keeps_key(table, change) or isinstance(change.after.get(part.id), Table):
                found[part.id] = part
    return list(found.values())


def setting_aside(
    tables: Iterable[Table], now: Catalog, names: Names
) -> tuple[tuple[str, ...], dict[ObjectId, ObjectId]]:
    """Return the statements that give tables and what belongs to them other names, and who each table is then."""
    statements: list[str] = []
    renamed: dict[ObjectId, ObjectId] = {}
    for table in tables:
        name = names.free(table.schema, table.name)
        for part in (*_named_parts(table, now), table):
            changed: dict[str, Any] = {"name": name if part is table else names.free(table.schema, part.id.path[-1])}
            if table.of_type and isinstance(part, IndexedConstraint):  # of such a table no constraint is renamed
                statements.append(renaming(table.schema, part.name, changed["name"]))
            else:
                statements += part.rename(replace(part, **changed))
        for column in now.parts(table.id, Column):
            if column.identity:
                statements += _sequence_aside(column, now, names)
        renamed[table.id] = table_id(table.schema, name)
    return tuple(statements), renamed


def _named_parts(table: Table, now: Catalog) -> Iterator[CatalogObject]:
    for part in now.all_parts(table.id):
        if isinstance(part, (Index, IndexedConstraint)):
            yield part


def _sequence_aside(column: Column, now: Catalog, names: Names) -> tuple[str, ...]:
    name = sequence_name(column, now)
    other = names.free(column.schema, name)
    return (f"ALTER SEQUENCE {quote_path(column.schema, name)} RENAME TO {quote(other)}",)


def sequence_name(column: Column, catalog: Catalog) -> str:
    """Return the name of an identity column's sequence."""
    chosen = catalog.parts(column.id, IdentitySequence)
    return chosen[0].name if chosen else given_name(column.table, column.name, "seq")


def filling(tables: Iterable[Table], aside: Mapping[ObjectId, ObjectId], change: Change) -> list[Carry]:
    """Return what brings the rows of tables that were set aside into the new ones.

    Parameters
    ----------
    aside
        Who each table is since it was set aside, as `setting_aside` says.
    """
    return [carry for table in tables if (carry := _filled(table, aside, change)) is not None]


def _filled(table: Table, aside: Mapping[ObjectId, ObjectId], change: Change) -> Carry | None:
    new, source = change.after.get(table.id), change.before.get(aside[table.id])
    if not isinstance(new, Table) or not isinstance(source, Table):
        return None
    place = _taking(table, new, aside, change)
    statements: list[str] = []
    if not (table.partition_by and _keeps_places(source, new, change)):
        statements += _copied(source, new, place, change)
    for column in columns_of(new, change.after):
        was = change.before.get(column_id(source.schema, source.name, column.name))
        if column.identity and not new.partition_of and isinstance(was, Column) and was.identity:
            statements.append(place_taken(column, sequence_name(was, change.before)))
    below = (*_below(new, change.after), *_below(place, change.after))
    return Carry((new.id, *dict.fromkeys(below)), (source.id,), tuple(statements)) if statements else None


def _copied(source: Table, new: Table, place: Table, change: Change) -> Iterator[str]:
    there = {column.name: column for column in columns_of(source, change.before)}
    taken = [column for column in columns_of(new, change.after) if column.name in there and not column.generated]
    if not taken:
        return
    target, names = quote_path(place.schema, place.name), ", ".join(quote(column.name) for column in taken)
    given = ((change.using.get(c.id), c) for c in taken)
    values = (using or converted(there[column.name], column, change) for using, column in given)
    overriding = " OVERRIDING SYSTEM VALUE" if any(column.identity for column in taken) else ""
    only = "" if source.partition_by else "ONLY "
    yield from unforced(
        (source, place),
        f"INSERT INTO {target} ({names}){overriding}\n"
        f"SELECT {', '.join(values)} FROM {only}{quote_path(source.schema, source.name)}",
    )


def _taking(table: Table, new: Table, aside: Mapping[ObjectId, ObjectId], change: Change) -> Table:
    """Return where the rows of a table go: to what it is a partition of, if they may belong to another partition."""
    while new.partition_of:
        above = change.after.get(table_id(*new.partition_of))
        if not isinstance(above, Table) or above.id not in aside:
            break
        was = change.before.get(aside[above.id])
        if isinstance(was, Table) and table.bound == new.bound and _keeps_places(was, above, change):
            break
        new = above
    return new


def columns_of(table: Table, catalog: Catalog) -> list[Column]:
    """Return the columns of a table; those of partitions are told of what they are partitions of."""
    while not (columns := catalog.parts(table.id, Column)) and table.partition_of:
        above = catalog.get(table_id(*table.partition_of))
        if not isinstance(above, Table):
            break
        table = above
    return columns


def column_at(key: ObjectId, catalog: Catalog) -> Column | None:
    """Return a column by its identity; one of a partition may be told of what that is a partition of."""
    found = catalog.get(key)
    if isinstance(found, Column):
        return found
    table = catalog.get(table_id(*key.path[:2])) if key.kind == "column" else None
    columns = columns_of(table, catalog) if isinstance(table, Table) else []
    return next((column for column in columns if column.name == key.path[-1]), None)


def _below(table: Table, catalog: Catalog) -> Iterator[ObjectId]:
    for part in catalog.having(Table, "partition_of", (table.schema, table.name)):
        yield part.id
        yield from _below(part, catalog)


def place_taken(column: Column, sequence: str) -> str:
    """Return the statement that lets an identity column go on where a sequence of its schema stands."""
    table, name = literal(quote_path(column.schema, column.table)), literal(column.name)
    return _place(f"pg_catalog.pg_get_serial_sequence({table}, {name})", quote_path(column.schema, sequence))


def _place(to: str, sequence: str) -> str:
    return (
        "SELECT pg_catalog.setval(s.seqrelid, o.last_value, o.is_called)\n"
        f"FROM {sequence} o, pg_catalog.pg_sequence s\n"
        f"WHERE s.seqrelid = {to}::pg_catalog.regclass AND o.last_value BETWEEN s.seqmin AND s.seqmax"
    )


def succeeding(change: Change, names: Names) -> tuple[tuple[str, ...], list[tuple[Column, str]]]:
    """Return what sets sequences aside whose column becomes one with another sequence: ``serial``, or an identity.

    With the statements come the columns as they become, and the names that the sequences have then.
    """
    statements: list[str] = []
    found: list[tuple[Column, str]] = []
    for column in change.after.of(Column):
        was = change.before.get(column.id)
        if not isinstance(was, Column) or bool(was.identity) == bool(column.identity):
            continue
        if column.identity:
            for sequence in _owned(was, change.before):
                name = names.free(sequence.schema, sequence.name)
                if sequence.id not in change.after or not isinstance(change.after[sequence.id], Sequence):
                    statements.append(f"ALTER SEQUENCE {quote_path(sequence.schema, sequence.name)} OWNED BY NONE")
                    statements += sequence.rename(replace(sequence, name=name))
                    found.append((column, name))
                    break
        elif _owned(column, change.after):
            name = sequence_name(was, change.before)
            other = names.free(column.schema, name)
            statements.append(f"ALTER SEQUENCE {quote_path(column.schema, name)} RENAME TO {quote(other)}")
            found.append((column, other))
    return tuple(statements), found


def _owned(column: Column, catalog: Catalog) -> list[Sequence]:
    owners = catalog.having(SequenceOwner, "table", (column.schema, column.table))
    found = (catalog.get(owner.parent) for owner in owners if owner.column == column.name)
    return [sequence for sequence in found if isinstance(sequence, Sequence) and sequence.schema == column.schema]


def succession(columns: Iterable[tuple[Column, str]], change: Change) -> Iterator[Carry]:
    """Yield what lets sequences go on where those stand that were set aside."""
    for column, name in columns:
        if column.identity:
            yield Carry((column.id,), (table_id(column.schema, name),), (place_taken(column, name),))
            continue
        for sequence in _owned(column, change.after)[:1]:
            path = literal(quote_path(sequence.schema, sequence.name))
            yield Carry((sequence.id,), (column.id,), (_place(path, quote_path(column.schema, name)),))
