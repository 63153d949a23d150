"""Rows on their way from one database to another: what is personal replaced, column by column."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.subset import documents
from designer_kernel.sample.subset.kinds import kind_of
from designer_kernel.sample.subset.mapping import Limits, Scrubber, mapped
from designer_kernel.sample.subset.mapping import Mapping as Fakes
from designer_kernel.sample.subset.marks import Mark
from designer_kernel.sample.subset.selection import Selection, Tell

_BLOCK: Final = 4 << 20
WHOLE_UP_TO: Final = 100_000
"""Tables of up to so many rows are hidden wholly: values of rows that stay behind may stand in rows that come along."""

_QUIET: Final = frozenset(
    "integer numeric float boolean date timestamp time interval uuid enum macaddr".split()  # noqa: SIM905 a list of words
)
"""Types in which no text can hide."""
_WHOLE: Final = frozenset({"uuid", "macaddr"})
"""Types whose values are the same by no chance: copies of what was replaced are replaced, though nobody marked them."""
_NUMBERS: Final = frozenset({"integer", "numeric"})
_LONG: Final = 6
"""Digits from which on two equal numbers are worth telling."""
_TELLING: Final = frozenset({"email", "person name", "phone", "street", "code", "uuid", "inet", "url", "number"})
"""Sorts of values that are no words of a schema by chance."""
_CSV: Final = sql.SQL("COPY ({}) TO STDOUT (FORMAT CSV)")


def blocks(connection: psycopg.Connection[Any], query: sql.Composed) -> Iterator[bytes]:
    """Yield what COPY says, in pieces of whole rows."""
    pending = bytearray()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for data in copy:
            pending += data
            if len(pending) >= _BLOCK:
                yield bytes(pending)
                pending.clear()
    if pending:
        yield bytes(pending)


def texts(block: bytes, names: list[str]) -> pa.Table:
    """Return rows of CSV as columns of text; what is not quoted and empty is NULL."""
    return pyarrow.csv.read_csv(
        pa.py_buffer(block),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=len(block) + 1, use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


@dataclass(slots=True)
class Replacing:
    """Everything that is replaced in one subset.

    Parameters
    ----------
    connection
        The source, in its snapshot.
    facts, selection
        Its tables, and the rows that were chosen.
    marks
        What is personal.
    key
        The secret that fakes follow from.
    tell
        Called with what is done; it may raise to stop.
    search
        Whether replaced values are looked for in all other text.

    Attributes
    ----------
    found
        How many values of which sort were found where nobody had marked them.
    staying
        How many of such numbers stand in which columns of numbers that nobody marked: they may be any number there.
    partly
        Columns of large tables: values of rows that stay behind are not looked for.
    """

    connection: psycopg.Connection[Any]
    facts: Mapping[TableName, TableFacts]
    selection: Selection
    marks: list[Mark]
    key: bytes
    tell: Tell
    search: bool = True
    found: dict[tuple[str, str], int] = field(default_factory=dict)
    staying: dict[str, int] = field(default_factory=dict)
    partly: list[str] = field(default_factory=list)
    _fakes: dict[str, Fakes] = field(default_factory=dict)
    _scrubber: Scrubber | None = None
    _place: str = ""

    def learn(self, tables: Iterable[TableName]) -> None:
        """Read the personal values, of small tables all of them, and choose a fake for each."""
        values: dict[str, set[str]] = {}
        limits: dict[str, Limits] = {}
        forbidden: set[str] = set()
        places: dict[str, str] = {}
        chosen = set(tables)
        for mark in self.marks:
            if mark.table not in self.facts:
                continue
            self.tell(f"reading {mark.label}")
            is_small = self._estimate(mark.table) <= WHOLE_UP_TO
            if not is_small and self.search:
                self.partly.append(mark.label)
            if not is_small and mark.table not in chosen:
                continue
            for kind, text in self._values(mark, whole=is_small):
                forbidden.add(text.casefold())
                values.setdefault(kind, set()).add(text)
                places.setdefault(kind, mark.label)
            self._limit(limits, mark)
        forbidden.discard("")
        for kind, found in sorted(values.items()):
            self.tell(f"making {len(found):,} fakes of the sort {kind}")
            self._fakes[kind] = mapped(
                kind, found, self.key, limits.setdefault(kind, Limits()), forbidden, places[kind]
            )
        self._scrubber = Scrubber(self._fakes.values() if self.search else (), self._note)

    def in_schema(self, text: str) -> int:
        """Return how many personal values stand in the text of a schema: in defaults, checks, views and comments."""
        hits: list[str] = []
        marked = [fakes for kind, fakes in self._fakes.items() if kind in _TELLING]
        Scrubber(marked, hits.append).text(text)
        return len(hits)

    def is_touched(self, name: TableName) -> bool:
        """Whether rows of a table have to be looked into."""
        if not self.marks:
            return False
        table = self.facts[name]
        is_marked = any(m.table == name for m in self.marks)
        copies = _WHOLE & self._fakes.keys()
        if "number" in self._fakes:
            copies |= _NUMBERS
        return is_marked or (self.search and any(c.form.kind not in _QUIET - copies for c in table.sent))

    def rows(self, name: TableName) -> Iterator[tuple[bytes, int]]:
        """Yield the rows of a table as CSV, replaced, and their number."""
        table = self.facts[name]
        steps = [self._step(table, column) for column in table.sent]
        names = [column.name for column in table.sent]
        for block in blocks(self.connection, _CSV.format(self._query(table))):
            rows = texts(block, names)
            arrays = []
            for column, step in zip(rows.columns, steps, strict=True):
                plain = column.combine_chunks()
                arrays.append(plain if step is None else step(plain))
            sink = io.BytesIO()
            pyarrow.csv.write_csv(
                pa.table(arrays, names=names),
                sink,
                pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid"),
            )
            yield sink.getvalue(), len(rows)

    def _query(self, table: TableFacts) -> sql.Composed:
        lists = {m.column for m in self._marks(table.name) if table.columns[m.column].form.kind == "list"}
        columns = [
            sql.SQL("array_to_json({})" if c.name in lists else "{}").format(sql.Identifier("t", c.name))
            for c in table.sent
        ]
        return sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(columns), self.selection.rows(table.name))

    def _marks(self, name: TableName, column: str = "") -> list[Mark]:
        return [m for m in self.marks if m.table == name and column in ("", m.column)]

    def _step(self, table: TableFacts, column: ColumnFacts) -> Callable[[pa.Array], pa.Array] | None:
        """Return what is done to a column, if anything."""
        marks = self._marks(table.name, column.name)
        kind = column.form.kind
        place = f"{table.label}.{column.name}"
        if marks and kind not in ("json", "list"):
            fakes = self._fakes.get(marks[0].kind)
            return None if fakes is None else fakes.array
        if kind == "list" and marks:
            leaf = self._leaf_kind(marks[0], column)
            return lambda array: _each(array, lambda text: self._list(text, leaf))
        if kind == "json" and (marks or self._scrubber):
            return lambda array: _each(array, lambda text: self._document(text, marks, place))
        if kind in _WHOLE and kind in self._fakes and self.search:
            return lambda array: _each(array, lambda text: self._copy(kind, text, place))
        if kind in _NUMBERS and "number" in self._fakes and self.search:
            return lambda array: self._counted(array, place)
        if kind in _QUIET or not self._scrubber:
            return None
        words = column.form.base == "tsvector"
        is_bytes = kind == "bytes"
        return lambda array: _each(array, lambda text: self._clean(text, place, words=words, is_bytes=is_bytes))

    def _document(self, text: str, marks: list[Mark], place: str) -> str:
        document = documents.parsed(text)
        for mark in sorted(marks, key=lambda m: -len(m.path)):  # what is said of a field counts more
            document = documents.replaced(document, mark.path, self._fake, mark.kind, (*mark.path, mark.column)[-1])
        is_done = not self._scrubber or any(not mark.path for mark in marks)
        cleaned = document if is_done else documents.scrubbed(document, lambda t: self._clean(t, place))
        return text if cleaned == document and not marks else documents.spelled(cleaned)

    def _list(self, text: str, kind: str) -> str:
        return documents.array_literal(documents.replaced(documents.parsed(text), (), self._fake, kind))

    def _fake(self, kind: str, text: str) -> str:
        fake = self._fakes[kind].fakes.get(text)
        if fake is None:  # never: all were read in the same snapshot; and the error of a dictionary would tell it
            raise SamplePlanError("a value has no fake", where=kind, mend="report this, without the value")
        return fake

    def _counted(self, array: pa.Array, place: str) -> pa.Array:
        """Return numbers as they are, and count those that are personal elsewhere: they may be any number here."""
        known = self._fakes["number"].fakes
        hits = sum(1 for text in array.to_pylist() if text in known and sum(c.isdigit() for c in text) >= _LONG)
        if hits:
            self.staying[place] = self.staying.get(place, 0) + hits
        return array

    def _copy(self, kind: str, text: str, place: str) -> str:
        """Return the fake of a value that was replaced elsewhere, or the value."""
        fake = self._fakes[kind].fakes.get(text)
        if fake is None:
            return text
        self._place = place
        self._note(kind)
        return fake

    def _clean(self, text: str, place: str, *, words: bool = False, is_bytes: bool = False) -> str:
        assert self._scrubber is not None
        self._place = place
        if not is_bytes:
            return self._scrubber.text(text, words=words)
        octets = bytes.fromhex(text[2:])
        try:
            inside = octets.decode()
        except UnicodeDecodeError:
            inside = octets.decode("latin-1")
            return "\\x" + self._scrubber.text(inside).encode("latin-1", "replace").hex()
        return "\\x" + self._scrubber.text(inside).encode().hex()

    def _note(self, kind: str) -> None:
        key = (self._place, kind)
        self.found[key] = self.found.get(key, 0) + 1

    def _leaf_kind(self, mark: Mark, column: ColumnFacts) -> str:
        if mark.kind != "list" or column.form.element is None:
            return mark.kind
        return kind_of(column.name, column.form.element, mark.table[1])

    def _values(self, mark: Mark, *, whole: bool) -> Iterator[tuple[str, str]]:
        """Yield the sort and the text of every value that a mark is about."""
        column = self.facts[mark.table].columns[mark.column]
        source = sql.SQL("{} AS t").format(sql.Identifier(*mark.table)) if whole else self.selection.rows(mark.table)
        value = sql.Identifier("t", mark.column)
        is_inside = column.form.kind in ("json", "list")
        shown = sql.SQL("array_to_json({})" if column.form.kind == "list" else "{}").format(value)
        query = sql.SQL("SELECT {}{} FROM {} WHERE {} IS NOT NULL").format(
            sql.SQL("" if is_inside else "DISTINCT "), shown, source, value
        )
        leaves: set[tuple[str, str]] = set()

        def note(kind: str, text: str) -> str:
            leaves.add((kind, text))
            return text

        for block in blocks(self.connection, _CSV.format(query)):
            for text in texts(block, ["value"])["value"].to_pylist():
                if not is_inside:
                    yield mark.kind, text
                    continue
                kind = self._leaf_kind(mark, column) if column.form.kind == "list" else mark.kind
                documents.replaced(documents.parsed(text), mark.path, note, kind, (*mark.path, mark.column)[-1])
        yield from leaves

    def _limit(self, limits: dict[str, Limits], mark: Mark) -> None:
        """Take a column's length and range into account."""
        form = self.facts[mark.table].columns[mark.column].form
        limit = limits.setdefault(mark.kind, Limits())
        if form.length is not None:
            limit.longest = min(limit.longest, form.length)
        if form.kind == "enum":
            limit.choices = tuple(sorted({*limit.choices, *form.labels}))
        if form.kind == "boolean":
            limit.choices = tuple(sorted({*limit.choices, "t", "f"}))
        if form.kind in ("integer", "numeric") and form.largest is not None:
            largest = form.largest // 10**form.scale
            limit.largest = largest if limit.largest is None else min(limit.largest, largest)

    def _estimate(self, name: TableName) -> int:
        query = """
            SELECT coalesce(sum(greatest(l.reltuples, pg_relation_size(l.oid) / 200)), 0)::bigint FROM pg_class l
            WHERE l.oid = %(table)s::regclass OR l.oid IN (SELECT relid FROM pg_partition_tree(%(table)s::regclass))
        """
        table = sql.Identifier(*name).as_string(self.connection)
        row = self.connection.execute(query, {"table": table}).fetchone()
        return int(row[0]) if row else 0


def _each(array: pa.Array, change: Callable[[str], str]) -> pa.Array:
    return pa.array([None if text is None else change(text) for text in array.to_pylist()], pa.large_string())
