"""Constraints, indexes and triggers taken off for the time of a load, and put back exactly as they were.

Foreign keys checked row by row during COPY cost five times what adding them afterwards does (42,000 rows a second
against 231,000 on the machine that we measured). So inside the transaction that begins a fill they are dropped, and
added again from the server's own definitions, which validates every row. What cannot be put back exactly (an index that
others lean on, with its own tablespace, that replication uses…) stays where it is.

An index of a partitioned table is one of each partition, with a name of its own; they are built one by one, and
attached to that of the whole table, as ``pg_dump`` does it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from designer_kernel.sample.loading.target import TargetTable, identifier
from designer_kernel.sample.planning.facts import TableName

_FOREIGN_KEYS: Final[LiteralString] = """
    SELECT k.oid, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'),
           c.relkind = 'r' AND p.relkind = 'r'
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class p ON p.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (%(loose)s) AND k.confrelid = ANY (%(owned)s)
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O')
    ORDER BY 2, 3, 4
"""
_CONSTRAINTS: Final[LiteralString] = """
    SELECT k.oid, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'),
           true
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indexrelid = k.conindid JOIN pg_class ic ON ic.oid = i.indexrelid
    WHERE k.contype IN ('p', 'u', 'x') AND k.conrelid = ANY (%(large)s) AND c.relkind = 'r' AND NOT c.relispartition
      AND i.indisvalid AND NOT i.indisclustered AND NOT i.indisreplident AND ic.reltablespace = 0
      AND ic.reloptions IS NULL AND obj_description(ic.oid, 'pg_class') IS NULL
      AND NOT (c.relreplident = 'd' AND k.contype = 'p' AND EXISTS (SELECT FROM pg_publication))
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid
                      AND d.deptype = 'n')
      AND NOT EXISTS (SELECT FROM pg_constraint f
                      WHERE f.contype = 'f' AND f.conindid = k.conindid AND f.oid <> ALL (%(dropped)s))
    ORDER BY 2, 3, 4
"""
_INDEXES: Final[LiteralString] = """
    SELECT ic.oid, n.nspname, c.relname, ic.relname, pg_get_indexdef(ic.oid), obj_description(ic.oid, 'pg_class'), true
    FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE i.indrelid = ANY (%(large)s) AND c.relkind = 'r' AND NOT c.relispartition
      AND i.indisvalid AND NOT i.indisclustered AND NOT i.indisreplident AND ic.reltablespace = 0
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = ic.oid)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ic.oid)
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ic.oid AND a.attstattarget > 0)
    ORDER BY 2, 3, 4
"""
_TREES: Final[LiteralString] = """
    SELECT root.indexrelid, i.indexrelid, tree.parentrelid::oid, tree.level, tree.isleaf,
           n.nspname, c.relname, ic.relname, k.oid,
           CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid) ELSE pg_get_constraintdef(k.oid) END,
           CASE WHEN k.oid IS NULL THEN obj_description(ic.oid, 'pg_class')
                ELSE obj_description(k.oid, 'pg_constraint') END,
           i.indisvalid AND NOT i.indisclustered AND NOT i.indisreplident AND ic.reltablespace = 0
           AND (k.oid IS NULL OR ic.reloptions IS NULL AND obj_description(ic.oid, 'pg_class') IS NULL)
           AND NOT EXISTS (SELECT FROM pg_publication) AND NOT EXISTS (
               SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid AND f.conparentid = 0
               AND f.oid <> ALL (%(dropped)s))
           AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ic.oid AND a.attstattarget > 0)
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass
                           AND d.refobjid = k.oid AND d.deptype = 'n')
    FROM pg_index root JOIN pg_class whole ON whole.oid = root.indrelid
    CROSS JOIN LATERAL pg_partition_tree(root.indexrelid) tree
    JOIN pg_index i ON i.indexrelid = tree.relid JOIN pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
    WHERE root.indrelid = ANY (%(large)s) AND whole.relkind = 'p' AND NOT whole.relispartition
    ORDER BY 1, tree.level DESC, 6, 7, 8
"""
_TRIGGERS: Final[LiteralString] = """
    SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
      AND (c.oid = ANY (%(filled)s) OR c.oid IN (SELECT relid FROM unnest(%(filled)s::oid[]) f, pg_partition_tree(f)))
    ORDER BY 1, 2, 3
"""
_ENABLE: Final[dict[str, LiteralString]] = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}

FOREIGN_KEY: Final = "foreign key"


@dataclass(frozen=True, slots=True)
class Suspended:
    """A constraint or index that was dropped, with what makes it again.

    Attributes
    ----------
    kind
        "key", "index" or "foreign key".
    parts
        Of an index of a partitioned table: the indexes one level below, as schema and name.
    is_whole
        Whether it is of a partitioned table: made without its parts, which are attached.
    in_steps
        Whether a foreign key can come back without looking at the rows first, and be validated then.
    """

    table: TableName
    name: str
    kind: str
    definition: str
    comment: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    is_whole: bool = False
    in_steps: bool = False

    @property
    def label(self) -> str:
        """The qualified name of the table, and the own name."""
        return f"{'.'.join(self.table)}.{self.name}"

    def restore(self, connection: psycopg.Connection[Any], *, later: bool = False) -> None:
        """Create it again; the server checks every row, unless that is to be done `later` by `validate`."""
        name = sql.Identifier(self.name)
        own = sql.Identifier(self.table[0], self.name)
        if self.kind == "index":
            connection.execute(self.definition.encode())  # the server's own text
            place: sql.Composable = sql.SQL("INDEX {}").format(own)
        else:
            only = sql.SQL("ONLY " if self.is_whole else "")
            statement = sql.SQL("ALTER TABLE {}{} ADD CONSTRAINT {} ").format(only, identifier(self.table), name)
            tail = b" NOT VALID" if later else b""
            connection.execute(statement.as_bytes(connection) + self.definition.encode() + tail)
            place = sql.SQL("CONSTRAINT {} ON {}").format(name, identifier(self.table))
        for part in self.parts:
            connection.execute(sql.SQL("ALTER INDEX {} ATTACH PARTITION {}").format(own, sql.Identifier(*part)))
        if self.comment is not None:
            connection.execute(sql.SQL("COMMENT ON {} IS {}").format(place, sql.Literal(self.comment)))

    def validate(self, connection: psycopg.Connection[Any]) -> None:
        """Check every row against a foreign key that came back without."""
        statement = sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}")
        connection.execute(statement.format(identifier(self.table), sql.Identifier(self.name)))


Trigger = tuple[TableName, str, str]
"""Table, name and mode of a user's trigger."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """What was taken off: keys and indexes first, then foreign keys, in the order in which they come back."""

    indexes: tuple[Suspended, ...]
    foreign_keys: tuple[Suspended, ...]
    triggers: tuple[Trigger, ...]

    def enable_triggers(self, connection: psycopg.Connection[Any]) -> None:
        """Enable users' triggers again, each in the mode that it had."""
        for table, name, mode in self.triggers:
            statement = sql.SQL("ALTER TABLE ONLY {} {} TRIGGER {}")
            connection.execute(statement.format(identifier(table), sql.SQL(_ENABLE[mode]), sql.Identifier(name)))


@dataclass(frozen=True, slots=True)
class Extent:
    """Of which tables something is taken off.

    Attributes
    ----------
    keys_of
        Tables whose keys and indexes are built afterwards.
    references_of
        Tables whose foreign keys are checked afterwards.
    triggers_of
        Tables whose triggers do not run.
    """

    keys_of: frozenset[TableName]
    references_of: frozenset[TableName]
    triggers_of: frozenset[TableName]


def suspend(
    connection: psycopg.Connection[Any], targets: Mapping[TableName, TargetTable], extent: Extent
) -> Suspension:
    """Take off what slows a load, of the tables that the user owns; inside the open transaction."""
    owned = {name: t.oid for name, t in targets.items() if t.is_owned}

    def oids(names: Iterable[TableName]) -> list[int]:
        return [owned[name] for name in names if name in owned]

    rows = connection.execute(_TRIGGERS, {"filled": oids(extent.triggers_of)}).fetchall()
    triggers = tuple(((a, b), c, d) for a, b, c, d in rows)
    for table, name, _ in triggers:
        statement = sql.SQL("ALTER TABLE ONLY {} DISABLE TRIGGER {}")
        connection.execute(statement.format(identifier(table), sql.Identifier(name)))
    wanted = {"loose": oids(extent.references_of), "owned": list(owned.values()), "large": oids(extent.keys_of)}
    with _qualified(connection):
        keys = _read(connection, _FOREIGN_KEYS, wanted, FOREIGN_KEY)
        wanted["dropped"] = list(keys)
        trees = _trees(connection, wanted)  # read before the foreign keys go, which lean on them
        _drop(connection, keys.values())
        constraints = _read(connection, _CONSTRAINTS, wanted, "key")
        _drop(connection, constraints.values())
        indexes = _read(connection, _INDEXES, wanted, "index")
        _drop(connection, indexes.values())
    _drop(connection, [tree[-1] for tree in trees])  # a tree ends with its root, which takes the others along
    members = sorted((m for tree in trees for m in tree), key=lambda m: m.is_whole)
    return Suspension((*constraints.values(), *indexes.values(), *members), tuple(keys.values()), triggers)


@contextmanager
def _qualified(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Let definitions name every schema: who brings them back may have another search path."""
    row = connection.execute("SELECT current_setting('search_path'), set_config('search_path', '', true)").fetchone()
    assert row is not None
    yield
    connection.execute("SELECT set_config('search_path', %s, true)", [row[0]])


def _read(
    connection: psycopg.Connection[Any], query: LiteralString, parameters: dict[str, Any], kind: str
) -> dict[int, Suspended]:
    rows = connection.execute(query, parameters).fetchall()
    return {
        oid: Suspended(
            (schema, table),
            name,
            kind,
            definition,
            comment,
            in_steps=plain and kind == FOREIGN_KEY and _whole(definition),
        )
        for oid, schema, table, name, definition, comment, plain in rows
    }


def _whole(definition: str) -> bool:
    return not definition.endswith((" NOT VALID", " NOT ENFORCED"))


def _trees(connection: psycopg.Connection[Any], parameters: dict[str, Any]) -> list[list[Suspended]]:
    """Return the indexes of partitioned tables with all their parts, the deepest first; those that can be put back."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_TREES, parameters).fetchall():
        rows[row[0]].append(row[1:])
    trees = []
    for members in rows.values():
        if not all(member[-1] for member in members):
            continue
        below: dict[int, list[tuple[str, str]]] = defaultdict(list)
        tree = []
        for oid, parent, _, is_leaf, schema, table, name, constraint, definition, comment, _ in members:
            kind = "index" if constraint is None else "key"
            parts = tuple(sorted(below[oid]))
            tree.append(Suspended((schema, table), name, kind, definition, comment, parts, is_whole=not is_leaf))
            if parent is not None:
                below[parent].append((schema, name))
        trees.append(tree)
    return trees


def _drop(connection: psycopg.Connection[Any], suspended: Iterable[Suspended]) -> None:
    for item in suspended:
        if item.kind == "index":
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(item.table[0], item.name)))
        else:
            statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            connection.execute(statement.format(identifier(item.table), sql.Identifier(item.name)))
