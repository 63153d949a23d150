"""How rows are kept: as copies in a schema of our own.

A copy is made of the rows, not of the table itself. Moving a table there would be instant, but it would take along or
hold back all that hangs on it: foreign keys to and from it, views, triggers, policies, publications, types that are to
be dropped as well, and names that its successor needs. A copy stands alone: values of types that somebody made are
kept as text, so that those types may go, and come back through their own input. The price is time and space for the
rows that go, and for those alone.

What is salvaged again (applied, rolled back, applied once more) goes into the same copy under another number, so that
nothing that was ever salvaged is overwritten, and a purge empties what it is about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from designer_kernel.catalog.identifiers import fits, quote, quote_path
from designer_kernel.catalog.literals import literal
from designer_kernel.postgres.own_schemas import RECORDS, SALVAGE

Kind: TypeAlias = Literal["table", "column"]

LIST: Final = f"{RECORDS}.salvaged"
"""The table that lists what was salvaged."""

NUMBER: Final = "salvage_id"
"""The column of a copy that says which entry of the list a row belongs to."""

PREPARATION: Final = (
    f"CREATE SCHEMA IF NOT EXISTS {RECORDS}",
    f"CREATE SCHEMA IF NOT EXISTS {SALVAGE}",
    f"""CREATE TABLE IF NOT EXISTS {LIST} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    path text[] NOT NULL,
    copy name NOT NULL,
    definition text NOT NULL,
    shape jsonb NOT NULL,
    sequences jsonb NOT NULL DEFAULT '{{}}',
    rows bigint,
    before_hash text NOT NULL,
    after_hash text NOT NULL,
    salvaged_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    restored_at timestamp with time zone,
    purged_at timestamp with time zone)""",
    f"REVOKE ALL ON {LIST} FROM PUBLIC",
)
"""The statements that make room for what is salvaged, where there is none yet."""

_WORDS: Final = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}

PLAINLY: Final = (
    "SELECT pg_catalog.set_config(s.name, s.value, true)\nFROM (VALUES "
    + ", ".join(f"({literal(name)}, {literal(value)})" for name, value in _WORDS.items())
    + ") AS s (name, value)"
)
"""Values are kept and compared as texts that mean the same in every session: that of another role on the way back."""

AS_EVER: Final = (
    "SELECT pg_catalog.set_config(s.name, NULL, true)\nFROM (VALUES "
    + ", ".join(f"({literal(name)})" for name in _WORDS)
    + ") AS s (name)"
)
"""The session's own settings again, by which values are converted."""

_REFERENCES: Final = frozenset({
    "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc",
    "regprocedure", "regrole", "regtype",
})  # fmt: skip
"""Built-in types whose values name objects; those that come back are others."""


@dataclass(frozen=True, slots=True)
class Value:
    """A column whose values are kept: its name in the catalog before, and its type there."""

    name: str
    type: str

    @property
    def is_text(self) -> bool:
        """Whether its values are kept as text, since their type may go."""
        return "." in self.type or self.type.removesuffix("[]") in _REFERENCES

    @property
    def kept_type(self) -> str:
        """The type under which its values are kept."""
        return "text" if self.is_text else self.type

    def kept(self, sql: str) -> str:
        """Return an expression of the column's type as it is kept."""
        return f"{sql}::text" if self.is_text else sql

    def given(self, sql: str) -> str:
        """Return an expression of a kept value as one of the column's type."""
        return f"{sql}::{self.type}" if self.is_text else sql


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy of a table's rows, or of a column's values with the keys of their rows.

    Attributes
    ----------
    path
        What is kept, by its names in the catalog before: schema, table, and column.
    values
        The columns of a table; a single one for values of a column.
    key
        The columns by which a row is found again.
    rest
        If there is no key: the columns that stay as they are. A row is found again by all their values; of rows that
        are alike in them, any may stand for any other, in the order in which they lie in the table.
    followed
        Whether the column is there after the change too, so that values may change meanwhile; only what did not change
        comes back.
    only
        Whether the rows of child tables are left out; they have copies of their own.
    condition
        Which rows are kept, as SQL about the table ``t``; all if empty.
    sequences
        The columns whose sequences are kept, and the sequences' names; empty for that of an identity.
    entry
        The number in the list of what is brought back; 0 for what was salvaged last and has not come back yet.
    """

    kind: Kind
    path: tuple[str, ...]
    values: tuple[Value, ...]
    definition: str
    before: str
    after: str
    key: tuple[Value, ...] = ()
    rest: tuple[Value, ...] = ()
    followed: bool = False
    only: bool = False
    condition: str = ""
    sequences: tuple[tuple[str, str], ...] = ()
    entry: int = 0

    @property
    def relation(self) -> tuple[str, str]:
        """The table whose rows are kept, by its name in the catalog before."""
        return self.path[0], self.path[1]

    @property
    def name(self) -> str:
        """A short name that no other copy has."""
        text = json.dumps([self.before, self.after, *self.path])
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        plain = "_".join(self.path[1:])
        while not fits(f"{plain}_{digest}"):
            plain = plain[:-1]
        return f"{plain}_{digest}"

    @property
    def sql(self) -> str:
        """The name of the copy as SQL."""
        return quote_path(SALVAGE, self.name)

    @property
    def is_whole(self) -> bool:
        """Whether whole rows are kept."""
        return self.kind == "table"

    @property
    def number(self) -> str:
        """The name of the column that says which salvage a row belongs to; the table may have one of that name."""
        taken = {value.name for value in self.values} if self.is_whole else set()
        name = NUMBER
        while name in taken:
            name += "_"
        return name

    def rows_of(self, table: Sequence[str]) -> str:
        """Return the table whose rows are kept as SQL, without its children."""
        return f"{'ONLY ' if self.only else ''}{quote_path(*table)}"

    def create(self) -> tuple[str, ...]:
        """Return the statements that make an empty copy, where there is none."""
        columns = [f"{quote(self.number)} bigint NOT NULL"]
        if self.is_whole:
            columns += [f"{quote(value.name)} {value.kept_type}" for value in self.values]
        else:
            columns += [f"key_{n} {value.kept_type} NOT NULL" for n, value in enumerate(self.key, 1)]
            columns += [] if self.key else ["rest bytea NOT NULL", "place bigint NOT NULL"]
            columns.append(f"value {self.values[0].kept_type}")
            columns += ["became text", "same boolean NOT NULL DEFAULT false"] if self.followed else []
            columns.append(f"PRIMARY KEY ({', '.join([NUMBER, *self._names])})")
        inner = ",\n    ".join(columns)
        return (
            f"CREATE TABLE IF NOT EXISTS {self.sql} (\n    {inner})",
            f"REVOKE ALL ON {self.sql} FROM PUBLIC",
        )

    @property
    def _names(self) -> list[str]:
        return [f"key_{n}" for n, _ in enumerate(self.key, 1)] or ["rest", "place"]

    def shape(self) -> dict[str, Any]:
        """Return what is needed to bring rows back by hand, as JSON-ready values."""
        return {
            "values": [[value.name, value.type] for value in self.values],
            "key": [[value.name, value.type] for value in self.key],
            "rest": [[value.name, value.type] for value in self.rest],
            "only": self.only,
            "followed": self.followed,
            "number": self.number,
        }

    def keep(self, table: Sequence[str], names: dict[str, str], sequences: Iterable[tuple[str, str]]) -> Iterable[str]:
        """Yield the statements that note the salvage and keep the rows.

        Parameters
        ----------
        table
            What the table is called now.
        names
            What its columns are called now.
        sequences
            The columns whose sequences are kept, with the names of those.
        """
        yield from self.create()
        source = f"{self.rows_of(table)} AS t{self._numbered(table, names)}"
        kept = [value.kept(_column(value, names)) for value in self.values]
        if not self.is_whole:
            keys = [value.kept(_column(value, names)) for value in self.key] or ["p.rest", "p.place"]
            kept = [*keys, *kept]
        into = [quote(v.name) for v in self.values] if self.is_whole else [*self._names, "value"]
        last = ", ".join(
            f"{literal(column)}, pg_catalog.pg_sequence_last_value({sequence}::regclass)"
            for column, sequence in sequences
        )
        terms = [*self._at(), *([self.condition] if self.condition else [])]
        where = f"\nWHERE {' AND '.join(terms)}" if terms else ""
        yield (
            f"WITH entry AS (\n    INSERT INTO {LIST}"
            " (kind, path, copy, definition, shape, sequences, before_hash, after_hash)\n    VALUES ("
            + ", ".join(
                [
                    literal(self.kind),
                    f"ARRAY[{', '.join(map(literal, self.path))}]",
                    literal(self.name),
                    literal(self.definition),
                    literal(json.dumps(self.shape(), ensure_ascii=False)),
                    f"pg_catalog.jsonb_build_object({last})",
                    literal(self.before),
                    literal(self.after),
                ]
            )
            + ")\n    RETURNING id)\n"
            f"INSERT INTO {self.sql} ({', '.join([quote(self.number), *into])})\n"
            f"SELECT {', '.join(['entry.id', *kept])}\nFROM entry, {source}{where}"
        )
        yield (
            f"UPDATE {LIST} AS l\nSET rows = (SELECT pg_catalog.count(*) FROM {self.sql} AS s"
            f" WHERE s.{quote(self.number)} = l.id)\nWHERE l.copy = {literal(self.name)} AND l.rows IS NULL"
        )

    def latest(self) -> str:
        """Return as SQL the number of what is brought back."""
        if self.entry:
            return str(self.entry)
        return (
            f"(SELECT pg_catalog.max(id) FROM {LIST} WHERE copy = {literal(self.name)}"
            " AND restored_at IS NULL AND purged_at IS NULL)"
        )

    def _numbered(self, table: Sequence[str], names: dict[str, str]) -> str:
        """Return a further source ``p`` that tells rows without a key by all that stays of them, and by their order."""
        if self.is_whole or self.key:
            return ""
        columns = ", ".join(f"r.{quote(names.get(value.name, value.name))}" for value in self.rest)
        return (
            ", (\n    SELECT r.ctid AS at, r.tableoid AS member,"
            f" pg_catalog.sha256(pg_catalog.convert_to(ROW({columns})::text, 'UTF8')) AS rest,\n"
            f"        pg_catalog.row_number() OVER (PARTITION BY ROW({columns})::text"
            f" ORDER BY r.tableoid, r.ctid) AS place\n    FROM {self.rows_of(table)} AS r) AS p"
        )

    def _at(self) -> list[str]:
        """Return the conditions under which ``p`` is about the row ``t``."""
        return [] if self.is_whole or self.key else ["p.at = t.ctid", "p.member = t.tableoid"]

    def matches(self, names: dict[str, str]) -> str:
        """Return the condition under which a row ``t`` of the table is the one of a row ``s`` of the copy."""
        terms = [f"s.{NUMBER} = {self.latest()}"]
        terms += [f"s.key_{n} = {value.kept(_column(value, names))}" for n, value in enumerate(self.key, 1)]
        terms += [] if self.key else [*self._at(), "s.rest = p.rest", "s.place = p.place"]
        return "\n  AND ".join(terms)

    def note(self, table: Sequence[str], names: dict[str, str]) -> str:
        """Return the statement that notes what kept values have become."""
        column = f"t.{quote(names[self.values[0].name])}"
        return (
            f"UPDATE {self.sql} AS s\nSET became = {column}::text\n"
            f"FROM {self.rows_of(table)} AS t{self._numbered(table, names)}\nWHERE {self.matches(names)}"
        )

    def mark(self, table: Sequence[str], names: dict[str, str]) -> str:
        """Return the statement that marks the rows whose values are still what they had become."""
        column = f"t.{quote(names[self.values[0].name])}"
        return (
            f"UPDATE {self.sql} AS s\nSET same = s.became IS NOT DISTINCT FROM {column}::text\n"
            f"FROM {self.rows_of(table)} AS t{self._numbered(table, names)}\nWHERE {self.matches(names)}"
        )

    def put_back(self, table: Sequence[str], names: dict[str, str]) -> str:
        """Return the statement that brings kept values or rows back."""
        if self.is_whole:
            columns = ", ".join(quote(value.name) for value in self.values)
            given = ", ".join(value.given(f"s.{quote(value.name)}") for value in self.values)
            return (
                f"INSERT INTO {quote_path(*table)} ({columns})\nOVERRIDING SYSTEM VALUE\nSELECT {given}\n"
                f"FROM {self.sql} AS s\nWHERE s.{quote(self.number)} = {self.latest()}"
            )
        (value,) = self.values
        same = "\n  AND s.same" if self.followed else ""
        column = quote(names.get(value.name, value.name))
        return (
            f"UPDATE {self.rows_of(table)} AS t\nSET {column} = {value.given('s.value')}\n"
            f"FROM {self.sql} AS s{self._numbered(table, names)}\nWHERE {self.matches(names)}{same}"
        )

    def done(self) -> str:
        """Return the statement that notes that the salvaged has come back."""
        return f"UPDATE {LIST}\nSET restored_at = pg_catalog.clock_timestamp()\nWHERE id = {self.latest()}"


def _column(value: Value, names: dict[str, str]) -> str:
    return f"t.{quote(names.get(value.name, value.name))}"
