"""Which rows a subset holds, found on the server: places of rows in temporary tables, in one snapshot.

A row is told by ``tableoid`` and ``ctid``: within one snapshot they stay, whether a table has a key or not. What is
referred to comes along always, through references of any sort; rows that refer to chosen ones only where they are asked
for, and never those of rows that only came along, or a customer's one order would bring all others of the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.sample.existing.matching import equal
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.relations import parent_of
from designer_kernel.sample.subset.root import Root, key_of

Tell = Callable[[str], None]
_ANALYZED_FROM: Final = 1000


class Selection:
    """The rows of a subset.

    Parameters
    ----------
    connection
        The source, in a transaction of one snapshot.
    facts
        Its tables.
    tell
        Called with what is being looked for; it may raise to stop.
    """

    def __init__(self, connection: psycopg.Connection[Any], facts: Mapping[TableName, TableFacts], tell: Tell) -> None:
        self._connection = connection
        self._facts = facts
        self._tell = tell
        self._keys: dict[TableName, sql.Identifier] = {}
        self._children: dict[TableName, list[tuple[TableName, ForeignKey]]] = {}
        for name, table in facts.items():
            for key in table.foreign_keys:
                self._children.setdefault(parent_of(key), []).append((name, key))

    def begin(self, root: Root, most: int | None, share: float | None) -> int:
        """Choose the first rows; return how many."""
        self._tell(f"choosing rows of {'.'.join(root.table)}")
        total = 0
        if share is not None:
            counted = sql.SQL("SELECT count(*) FROM ({}) AS q").format(sql.SQL(root.query))
            row = self._connection.execute(counted).fetchone()
            total = int(row[0]) if row else 0
        query = root.numbered(key_of(self._facts[root.table]), most, share, total)
        statement = sql.SQL("INSERT INTO {} SELECT q.tableoid, q.ctid, true, 0 FROM ({}) AS q")
        return self._connection.execute(statement.format(self._places(root.table), query)).rowcount

    def descend(self, wanted: Mapping[TableName, int | None]) -> None:
        """Add rows that refer to chosen ones, of the wanted tables, at most so many for each row referred to."""
        step = 0
        fresh = set(self._keys)
        while fresh:
            step += 1
            found: set[TableName] = set()
            for parent in sorted(fresh):
                for child, key in self._children.get(parent, ()):
                    if child in wanted and self._add_children(child, key, wanted[child], step):
                        found.add(child)
            fresh = found

    def close(self) -> None:
        """Add what chosen rows refer to, and what that refers to, until nothing is missing."""
        step = 0
        while True:
            step += 1
            pending = {name: n for name in list(self._keys) if (n := self._take_up(name, step))}
            if not pending:
                return
            for name in pending:
                for key in self._facts[name].foreign_keys:
                    if parent_of(key) in self._facts:
                        self._add_parents(name, key, step)

    def counts(self) -> dict[TableName, int]:
        """Return the number of rows of each table of the subset."""
        found = {}
        for name, places in self._keys.items():
            self._connection.execute(sql.SQL("ANALYZE {}").format(places))
            row = self._connection.execute(sql.SQL("SELECT count(*) FROM {}").format(places)).fetchone()
            if row and row[0]:
                found[name] = int(row[0])
        return found

    def rows(self, name: TableName, alias: str = "t") -> sql.Composed:
        """Return a FROM clause of the chosen rows of a table."""
        row = sql.Identifier(alias)
        return sql.SQL("{} AS k JOIN {} AS {} ON {}.ctid = k.ctid_ AND {}.tableoid = k.tableoid_").format(
            self._places(name), self._whole(name), row, row, row
        )

    def _whole(self, name: TableName) -> sql.Composed:
        """Return a table with its partitions, but without tables that merely inherit from it: they are their own."""
        only = sql.SQL("" if self._facts[name].partition_by else "ONLY ")
        return sql.SQL("{}{}").format(only, sql.Identifier(*name))

    def _places(self, name: TableName) -> sql.Identifier:
        if name not in self._keys:
            places = sql.Identifier("pg_temp", f"subset_{len(self._keys)}")
            statement = sql.SQL(
                "CREATE TEMPORARY TABLE {} (tableoid_ oid, ctid_ tid, is_chosen boolean, step int, up int,"
                " PRIMARY KEY (tableoid_, ctid_)) ON COMMIT DROP"
            )
            self._connection.execute(statement.format(sql.Identifier(f"subset_{len(self._keys)}")))
            self._keys[name] = places
        return self._keys[name]

    def _add_children(self, child: TableName, key: ForeignKey, limit: int | None, step: int) -> int:
        self._tell(f"choosing rows of {'.'.join(child)}")
        order = [sql.Identifier("c", column) for column in key_of(self._facts[child])]
        statement = sql.SQL(
            "INSERT INTO {places} SELECT q.oid_, q.tid_, true, {step} FROM (SELECT c.tableoid AS oid_, c.ctid AS tid_,"
            " row_number() OVER (PARTITION BY {columns} ORDER BY {order}) AS number_ FROM {child} AS c"
            " JOIN {parent} AS p ON {equal} JOIN {parents} AS k ON p.ctid = k.ctid_ AND p.tableoid = k.tableoid_"
            " WHERE k.is_chosen AND k.step = {before}) AS q WHERE {few}"
            " ON CONFLICT (tableoid_, ctid_) DO NOTHING"
        )
        return self._connection.execute(
            statement.format(
                places=self._places(child),
                step=sql.Literal(step),
                columns=sql.SQL(", ").join(sql.Identifier("c", column) for column in key.columns),
                order=sql.SQL(", ").join(order),
                child=self._whole(child),
                parent=self._whole(parent_of(key)),
                equal=equal("c", key.columns, "p", key.referenced_columns),
                parents=self._places(parent_of(key)),
                before=sql.Literal(step - 1),
                few=sql.SQL("true") if limit is None else sql.SQL("number_ <= {}").format(sql.Literal(limit)),
            )
        ).rowcount

    def _take_up(self, name: TableName, step: int) -> int:
        """Mark the rows whose references have not been followed yet; return how many."""
        statement = sql.SQL("UPDATE {} SET up = {} WHERE up IS NULL")
        count = self._connection.execute(statement.format(self._places(name), sql.Literal(step))).rowcount
        if count >= _ANALYZED_FROM:
            self._connection.execute(sql.SQL("ANALYZE {}").format(self._places(name)))
        return count

    def _add_parents(self, name: TableName, key: ForeignKey, step: int) -> None:
        self._tell(f"following {'.'.join(name)}.{key.name}")
        statement = sql.SQL(
            "INSERT INTO {places} SELECT DISTINCT p.tableoid, p.ctid, false, 0 FROM {children} AS k"
            " JOIN {child} AS c ON c.ctid = k.ctid_ AND c.tableoid = k.tableoid_ JOIN {parent} AS p ON {equal}"
            " WHERE k.up = {step} ON CONFLICT (tableoid_, ctid_) DO NOTHING"
        )
        self._connection.execute(
            statement.format(
                places=self._places(parent_of(key)),
                children=self._places(name),
                child=self._whole(name),
                parent=self._whole(parent_of(key)),
                equal=equal("c", key.columns, "p", key.referenced_columns),
                step=sql.Literal(step),
            )
        )
