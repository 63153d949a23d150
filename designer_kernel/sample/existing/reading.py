"""Rows that are there already, read in one snapshot and in an order that only depends on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg import sql

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.connection import connect
from designer_kernel.sample.existing.matching import equal
from designer_kernel.sample.existing.rows import ExistingRows
from designer_kernel.sample.existing.stored import NUMBER, Column, expression, shape_of
from designer_kernel.sample.loading import journal
from designer_kernel.sample.loading.target import own_rows
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.planning.relations import parent_of

_LINES: Final = 8192
_BORN: Final = re.compile(r"(created|inserted|registered|placed|ordered|joined|added|signed_up|opened|occurred)(_\w+)?")
_BINARY: Final = frozenset({"inet", "bytes", "macaddr", "range"})


class Reader:
    """Reads rows of a database for a plan; its ``with`` block is one snapshot.

    Parameters
    ----------
    url
        The database.
    is_under_way
        Whether a fill is under way whose rows do not count: it is planned again, to be gone on with.
    """

    def __init__(self, url: str, *, is_under_way: bool = False) -> None:
        self._url = url
        self._is_under_way = is_under_way
        self._connection: psycopg.Connection[Any] | None = None
        self._facts: dict[TableName, TableFacts] = {}
        self._owners: Mapping[TableName, ForeignKey] = {}
        self._needs: dict[TableName, list[tuple[TableName, ...]]] = {}
        self._lying: frozenset[TableName] = frozenset()
        self._children: dict[TableName, TableFacts] = {}
        self._forms: dict[tuple[TableName, str], Form] = {}
        self._given: list[ExistingRows] = []
        self._tables: dict[TableName, sql.Composed] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for rows in self._given:
            rows.fetch = None
        if self._connection is not None:
            self._connection.rollback()
            self._connection.close()
            self._connection = None

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The open snapshot; it begins when it is first asked for."""
        if self._connection is None:
            connection = connect(self._url)
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute("SET LOCAL timezone = 'UTC'")
            connection.execute("SET LOCAL extra_float_digits = 3")
            connection.execute("SET LOCAL datestyle = 'ISO'")
            self._connection = connection
        return self._connection

    def own(self, name: TableName) -> sql.Composed:
        """Return a table with its own rows alone: none may refer to those of tables that inherit from it.

        Rows that the fill under way brought count only if they are to: without them all is as it was planned beside.
        """
        if name not in self._tables:
            table = own_rows(self.connection, name)
            self._tables[name] = self._before(name, table) if self._is_under_way else table
        return self._tables[name]

    def _before(self, name: TableName, table: sql.Composed) -> sql.Composed:
        """Return the rows of a table that the fill under way has not brought, as a view of this snapshot."""
        view = sql.Identifier(f"sample_before_{len(self._tables)}")
        statement = sql.SQL("CREATE TEMPORARY VIEW {} AS SELECT * FROM {} WHERE NOT ({})")
        self.connection.execute(statement.format(view, table, journal.brought(name)))
        return sql.SQL("pg_temp.{}").format(view)

    def holding(self, names: Iterable[TableName]) -> frozenset[TableName]:
        """Return the tables that hold at least one row."""
        query = sql.SQL("SELECT EXISTS (SELECT FROM {})")
        found = set()
        for name in names:
            row = self.connection.execute(query.format(self.own(name))).fetchone()
            if row is not None and row[0]:
                found.add(name)
        return frozenset(found)

    def count(self, name: TableName) -> int:
        """Return the number of rows of a table."""
        row = self.connection.execute(sql.SQL("SELECT count(*) FROM {}").format(self.own(name))).fetchone()
        return int(row[0]) if row is not None else 0

    def begin(
        self,
        facts: Mapping[TableName, TableFacts],
        owners: Mapping[TableName, ForeignKey],
        chosen: Iterable[tuple[TableName, ...]] = (),
    ) -> dict[TableName, ExistingRows]:
        """Return the rows of these tables, each with at least one.

        Parameters
        ----------
        facts
            The tables; foreign keys between them are known, no others.
        owners
            The references under which rows lie together.
        chosen
            Chains of tables, each under the next, from whose rows others must choose under a row of the last one's
            owner. Rows of that owner that have nothing to choose from are left out, and all that lies under them.

        Raises
        ------
        SamplePlanError
            If no row of a table can be used.
        """
        self._facts = dict(facts)
        self._owners = owners
        self._needs = {}
        self._lying = frozenset()
        for chain in chosen:
            self._needs.setdefault(parent_of(owners[chain[-1]]), []).append(chain)
        return {name: self._opened(table) for name, table in facts.items()}

    def lie(self, names: frozenset[TableName], children: Mapping[TableName, TableFacts]) -> None:
        """Number the rows of these tables in the order of their owners; before any column is asked for.

        ``children`` are the tables that get rows: those that they have already can be counted.
        """
        self._lying = names
        self._children = dict(children)

    def free(self, rows: ExistingRows, child: TableFacts, key: ForeignKey) -> int:
        """Return how many rows have none of another table under them."""
        query = sql.SQL("SELECT count(*) FROM {} {} NOT EXISTS (SELECT FROM {} AS x WHERE {})").format(
            self._source(rows.name),
            sql.SQL("AND" if self._conditions(rows.name, 0) else "WHERE"),
            self.own(child.name),
            equal("x", key.columns, "t0", key.referenced_columns),
        )
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row is not None else 0

    def largest(self, name: TableName, column: str, *, upper: bool = False) -> int | None:
        """Return the largest number of a column, or the largest upper end, in the unit that it is kept in."""
        form = self._forms[name, column]
        value: sql.Composable = sql.SQL("max({})").format(sql.Identifier(column))
        if upper and form.kind == "range":
            value = sql.SQL("max(upper({}))").format(sql.Identifier(column))
            kind = {"daterange": "date", "tsrange": "timestamp", "tstzrange": "timestamp"}.get(form.base, "integer")
            form = Form(kind, form.base)
        query = sql.SQL("SELECT {} FROM {}").format(expression(form, value), self.own(name))
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row is not None and row[0] is not None else None

    def know(self, facts: Mapping[TableName, TableFacts]) -> None:
        """Take note of the types of columns."""
        self._forms = {(t.name, c.name): c.form for t in facts.values() for c in t.columns.values()}

    def newest(self, rows: ExistingRows) -> int:
        """Return when the youngest row came to be, in microseconds since 1970; 0 if nothing says so."""
        if rows.born is None:
            return 0
        column, is_date = rows.born
        table = self._facts[rows.name]
        value = expression(table.columns[column].form, sql.SQL("max({})").format(sql.Identifier(column)))
        row = self.connection.execute(sql.SQL("SELECT {} FROM {}").format(value, self.own(rows.name))).fetchone()
        return int(row[0] or 0) * (86_400_000_000 if is_date else 1) if row is not None else 0

    def _opened(self, table: TableFacts) -> ExistingRows:
        times = [c for c in table.columns.values() if c.form.kind in ("timestamp", "date") and _BORN.fullmatch(c.name)]
        born = min(times, key=lambda c: (not c.name.startswith("created"), c.form.kind == "date"), default=None)
        rows = ExistingRows(table.name, None if born is None else (born.name, born.form.kind == "date"))
        query = sql.SQL("SELECT count(*) FROM {}").format(self._source(table.name))
        found = self.connection.execute(query).fetchone()
        rows.rows = int(found[0]) if found is not None else 0
        if not rows.rows:
            raise SamplePlanError(
                "it holds rows, but none that new rows can refer to: what they would have to choose from is missing",
                where=table.label,
                mend="fill the tables that belong to it as well (tables=…)",
            )
        rows.fetch = self._fetched
        self._given.append(rows)
        return rows

    def _fetched(self, rows: ExistingRows, name: str) -> Column:
        table = self._facts[rows.name]
        path = str(Path(rows.directory) / str(len(rows.files)))
        if name.startswith("#"):
            schema, child, reference = name[1:].split("\x1f")
            value, source = self._number_under(table.name, self._children[schema, child], reference)
            column = Column(path, NUMBER)
        elif name.startswith("→"):
            key = next(k for k in table.foreign_keys if k.name == name[1:])
            value, source = self._number_of(table.name, key)
            column = Column(path, NUMBER)
        else:
            form = table.columns[name].form
            column = Column(path, shape_of(form), form.kind in _BINARY)
            value = expression(form, sql.Identifier("t0", name))
            source = self._source(rows.name)
        numbered = sql.SQL("SELECT {} AS value_, row_number() OVER (ORDER BY {}) - 1 AS place_ FROM {}").format(
            value, self._ordering(table.name), source
        )
        written = column.write(self._blocks(numbered, is_text=column.shape.is_text or column.shape.width > 0))
        if written != rows.rows:
            raise SamplePlanError(
                f"{written:,} rows were read where there are {rows.rows:,}",
                where=f"{table.label}.{name}",
                mend="report this",
            )
        return column

    def _number_under(self, name: TableName, child: TableFacts, reference: str) -> tuple[sql.Composed, sql.Composed]:
        """Return how many rows of another table refer to each, and the tables to read it from."""
        key = next(k for k in child.foreign_keys if k.name == reference)
        columns = sql.SQL(", ").join(sql.Identifier("x", column) for column in key.columns)
        counted = sql.SQL("SELECT {}, count(*) AS number_ FROM {} AS x GROUP BY {}").format(
            columns, self.own(child.name), columns
        )
        joined = sql.SQL("LEFT JOIN ({}) AS g ON {}").format(
            counted, equal("g", key.columns, "t0", key.referenced_columns)
        )
        return sql.SQL("{}").format(sql.SQL("coalesce(g.number_, 0)")), self._source(name, joined=joined)

    def _blocks(self, numbered: sql.Composed, *, is_text: bool) -> Iterator[bytes]:
        """Yield values as lines of CSV, many at once: the server puts them together, which saves a message a row."""
        value = sql.SQL("""'"' || replace(value_::text, '"', '""') || '"'""" if is_text else "value_::text")
        query = sql.SQL(
            "SELECT convert_to(string_agg(coalesce({}, ''), E'\\n' ORDER BY place_) || E'\\n', 'UTF8')"
            " FROM ({}) AS lines_ GROUP BY place_ / {} ORDER BY place_ / {}"
        ).format(value, numbered, sql.Literal(_LINES), sql.Literal(_LINES))
        with self.connection.cursor(name="sample_existing", binary=True) as cursor:
            cursor.itersize = 64
            cursor.execute(query)
            for (block,) in cursor:
                yield block

    def _source(self, name: TableName, depth: int = 0, joined: sql.Composed | None = None) -> sql.Composed:
        """Return a table as ``t<depth>``, joined to its numbered owner as ``o<depth>``, without what cannot be used."""
        alias = sql.Identifier(f"t{depth}")
        parts = [sql.SQL("{} AS {}").format(self.own(name), alias)]
        key = self._owner(name)
        if key is not None:
            owner = sql.Identifier(f"o{depth}")
            numbered = self._numbered(parent_of(key), key.referenced_columns, depth + 1)
            parts.append(
                sql.SQL("JOIN ({}) AS {} ON {}").format(
                    numbered, owner, equal(f"t{depth}", key.columns, f"o{depth}", key.referenced_columns)
                )
            )
        if joined is not None:
            parts.append(joined)
        conditions = self._conditions(name, depth)
        if conditions:
            parts.append(sql.SQL("WHERE {}").format(sql.SQL(" AND ").join(conditions)))
        return sql.SQL(" ").join(parts)

    def _owner(self, name: TableName) -> ForeignKey | None:
        key = self._owners.get(name) if name in self._lying else None
        return key if key is not None and parent_of(key) in self._facts else None

    def _key(self, name: TableName) -> tuple[str, ...]:
        """Return the columns that tell rows apart."""
        table = self._facts[name]
        plain = [r.keys for r in table.uniques if not r.predicate and all(k in table.columns for k in r.keys)]
        primary = next((r.keys for r in table.uniques if r.is_primary), None)
        return primary or min(plain, default=tuple(table.columns))

    def _ordering(self, name: TableName, depth: int = 0) -> sql.Composed:
        columns = [sql.Identifier(f"t{depth}", column) for column in self._key(name)]
        first = [sql.SQL("o{}.row_number").format(sql.SQL(str(depth)))] if self._owner(name) is not None else []
        return sql.SQL(", ").join([*first, *columns])

    def _numbered(self, name: TableName, columns: Iterable[str], depth: int) -> sql.Composed:
        """Return the rows of a table with their numbers."""
        shown = [sql.Identifier(f"t{depth}", column) for column in columns]
        return sql.SQL("SELECT {}, row_number() OVER (ORDER BY {}) - 1 AS row_number FROM {}").format(
            sql.SQL(", ").join(shown), self._ordering(name, depth), self._source(name, depth)
        )

    def _number_of(self, name: TableName, key: ForeignKey) -> tuple[sql.Composed, sql.Composed]:
        """Return the number of the row that a reference leads to, and the tables to read it from."""
        owner = self._owner(name)
        if owner is not None and owner.name == key.name:
            return sql.SQL("{}").format(sql.SQL("o0.row_number")), self._source(name)
        numbered = self._numbered(parent_of(key), key.referenced_columns, 1)
        joined = sql.SQL("LEFT JOIN ({}) AS target ON {}").format(
            numbered, equal("t0", key.columns, "target", key.referenced_columns)
        )
        return sql.SQL("{}").format(sql.SQL("target.row_number")), self._source(name, joined=joined)

    def _conditions(self, name: TableName, depth: int, seen: frozenset[TableName] = frozenset()) -> list[sql.Composed]:
        """Return which rows can be used: keys that may be referred to, and something to choose from under them.

        ``seen`` are the tables that it is asked for, so that circles of references end.
        """
        alias = f"t{depth}"
        table = self._facts[name]
        found = [
            sql.SQL("{} IS NOT NULL").format(sql.Identifier(alias, column))
            for column in self._key(name)
            if column in table.columns and not table.columns[column].not_null and self._is_referenced(name)
        ]
        found += [self._chosen(chain, alias) for chain in self._needs.get(name, ())]
        for key in table.foreign_keys:
            parent = parent_of(key)
            if parent in seen | {name} or parent not in self._facts or not self._is_limited(parent, frozenset({name})):
                continue
            if all(table.columns[c].not_null for c in key.columns):
                inner = f"l{depth}"
                usable = self._usable(parent, key.referenced_columns, depth + 10, seen | {name})
                found.append(
                    sql.SQL("EXISTS (SELECT FROM ({}) AS {} WHERE {})").format(
                        usable, sql.Identifier(inner), equal(inner, key.referenced_columns, alias, key.columns)
                    )
                )
        return found

    def _usable(self, name: TableName, columns: Iterable[str], depth: int, seen: frozenset[TableName]) -> sql.Composed:
        shown = sql.SQL(", ").join(sql.Identifier(f"t{depth}", column) for column in columns)
        conditions = self._conditions(name, depth, seen) or [sql.SQL("true").format()]
        return sql.SQL("SELECT {} FROM {} AS {} WHERE {}").format(
            shown, self.own(name), sql.Identifier(f"t{depth}"), sql.SQL(" AND ").join(conditions)
        )

    def _is_referenced(self, name: TableName) -> bool:
        return any(parent_of(key) == name for table in self._facts.values() for key in table.foreign_keys)

    def _is_limited(self, name: TableName, seen: frozenset[TableName]) -> bool:
        """Whether some rows of a table are left out, itself or by what it refers to."""
        if name in self._needs:
            return True
        return any(
            self._is_limited(parent_of(key), seen | {name})
            for key in self._facts[name].foreign_keys
            if parent_of(key) in self._facts and parent_of(key) not in seen | {name}
        )

    def _chosen(self, chain: tuple[TableName, ...], alias: str, level: int = 0) -> sql.Composed:
        """Return the condition that rows of the first table of a chain lie under a row."""
        name = chain[-1]
        key = self._owners[name]
        inner = f"c{level}"
        condition = equal(inner, key.columns, alias, key.referenced_columns)
        if len(chain) > 1:
            condition = sql.SQL("{} AND {}").format(condition, self._chosen(chain[:-1], inner, level + 1))
        return sql.SQL("EXISTS (SELECT FROM {} AS {} WHERE {})").format(
            self.own(name), sql.Identifier(inner), condition
        )
