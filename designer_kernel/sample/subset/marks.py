"""What is personal: columns, or paths in documents, that somebody marked; and what looks personal and is not marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from designer_kernel.errors import SamplePlanError, UnknownObject
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.planning.relations import parent_of
from designer_kernel.sample.subset.kinds import KINDS, kind_of, pattern_of, suspicion

_TAG: Final = re.compile(r"@personal\b(?:\(([\w ]+)\))?|\bpersonal data\b|\bPII\b|\[personal\]", re.IGNORECASE)
_LABEL: Final = re.compile(r"personal|\bpii\b|masked|sensitive", re.IGNORECASE)
_TEXT_FORM: Final = Form("text", "text")
_PATH: Final = re.compile(r"\w+|\"[^\"]+\"")
_COMMON: Final = """
    SELECT schemaname, tablename, attname, array_to_json(most_common_vals) FROM pg_stats
    WHERE most_common_vals IS NOT NULL AND n_distinct <> 0
"""
_HEIRS: Final = """
    SELECT n.nspname, c.relname, m.nspname, p.relname FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid AND NOT c.relispartition JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace m ON m.oid = p.relnamespace
    WHERE c.relkind IN ('r', 'p')
"""
_LABELS: Final = """
    SELECT n.nspname, c.relname, a.attname, s.label
    FROM pg_seclabel s JOIN pg_class c ON c.oid = s.objoid AND s.classoid = 'pg_class'::regclass
    JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.objsubid
    WHERE s.objsubid > 0
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A column whose values are replaced, or what lies at a path in its documents; ``reason`` says who said so."""

    table: TableName
    column: str
    kind: str
    reason: str
    path: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The qualified name."""
        return ".".join((*self.table, self.column, *self.path))


@dataclass(frozen=True, slots=True)
class Suspect:
    """A column that looks personal and is not marked."""

    table: TableName
    column: str
    kind: str
    reason: str

    @property
    def label(self) -> str:
        """The qualified name."""
        return ".".join((*self.table, self.column))


Wanted = Iterable[str] | Mapping[str, str]
"""Names such as ``users.email`` or ``users.profile.contact.email``, or names with the sort of value."""


def marks_of(connection: psycopg.Connection[Any], facts: Mapping[TableName, TableFacts], wanted: Wanted) -> list[Mark]:
    """Return what is personal: as asked for, by tags in comments (``@personal``), and by security labels.

    What a marked key is referred to by is marked as well, and what it refers to; and so are columns that other tables
    inherit, since their rows are rows of both.

    Raises
    ------
    UnknownObject
        If a name is no column.
    SamplePlanError
        If values of a column cannot be replaced.
    """
    found: dict[tuple[TableName, str, tuple[str, ...]], Mark] = {}
    pairs = wanted.items() if isinstance(wanted, Mapping) else [(name, "") for name in wanted]
    for name, kind in pairs:
        _add(found, facts, *_place(facts, name), kind, "asked for")
    for table in facts.values():
        for column in table.columns.values():
            tag = _TAG.search(column.comment)
            if tag is not None:
                _add(found, facts, table.name, column.name, (), (tag[1] or "").strip(), "by its comment")
    for schema, name, column_name, label in connection.execute(_LABELS).fetchall():
        if (schema, name) in facts and _LABEL.search(label) and column_name in facts[schema, name].columns:
            _add(found, facts, (schema, name), column_name, (), "", "by its security label")
    heirs = [((a, b), (c, d)) for a, b, c, d in connection.execute(_HEIRS).fetchall()]
    _spread(found, facts, heirs)
    return sorted(found.values(), key=lambda mark: (mark.table, mark.column, mark.path))


def _add(
    found: dict[tuple[TableName, str, tuple[str, ...]], Mark],
    facts: Mapping[TableName, TableFacts],
    table: TableName,
    column: str,
    path: tuple[str, ...],
    kind: str,
    reason: str,
) -> None:
    if (table, column, path) in found:
        return
    known = facts[table].columns[column]
    if known.generated:
        return  # the server computes it from what is replaced
    guessed = kind_of(path[-1] if path else column, known.form, table[1])
    if path:
        guessed = kind_of(path[-1], _TEXT_FORM, table[1])
    chosen = kind or guessed
    label = ".".join((*table, column, *path))
    if chosen not in KINDS:
        raise SamplePlanError(
            f"values of the type {known.type} cannot be replaced" if not kind else f"there is no sort {kind!r}",
            where=label,
            mend="use one of " + ", ".join(KINDS)
            if kind
            else "set the column to NULL in a copy, or leave its table out",
        )
    found[table, column, path] = Mark(table, column, chosen, reason, path)


def _spread(
    found: dict[tuple[TableName, str, tuple[str, ...]], Mark],
    facts: Mapping[TableName, TableFacts],
    heirs: Iterable[tuple[TableName, TableName]],
) -> None:
    """Mark the columns at the other ends of references, and those that are inherited, of the same sort."""
    links: dict[tuple[TableName, str], list[tuple[TableName, str, str]]] = {}
    for table in facts.values():
        for key in table.foreign_keys:
            for here, there in zip(key.columns, key.referenced_columns, strict=True):
                links.setdefault((table.name, here), []).append((parent_of(key), there, key.name))
                links.setdefault((parent_of(key), there), []).append((table.name, here, key.name))
    for heir, parent in heirs:
        if not {heir, parent} <= facts.keys():
            continue
        for column in sorted(facts[parent].columns.keys() & facts[heir].columns):
            links.setdefault((heir, column), []).append((parent, column, "inheritance"))
            links.setdefault((parent, column), []).append((heir, column, "inheritance"))
    waiting = list(found.values())
    while waiting:
        mark = waiting.pop()
        for end, column, name in links.get((mark.table, mark.column), ()):
            other = found.get((end, column, mark.path))
            if end not in facts or (other is not None and other.kind == mark.kind):
                continue
            if mark.path and name != "inheritance":
                continue  # keys are no documents
            made = Mark(end, column, mark.kind, f"by {name}, which ties it to {mark.label}", mark.path)
            found[end, column, mark.path] = made
            waiting.append(made)


def _place(facts: Mapping[TableName, TableFacts], name: str) -> tuple[TableName, str, tuple[str, ...]]:
    parts = [part.strip('"') for part in _PATH.findall(name)]
    for table, known in facts.items():
        for size in (2, 1):
            if tuple(parts[:size]) == table[-size:] and len(parts) > size and parts[size] in known.columns:
                path = tuple(parts[size + 1 :])
                if path and known.columns[parts[size]].form.kind != "json":
                    break
                return table, parts[size], path
    raise UnknownObject(
        f"there is no column {name!r}",
        where=name,
        mend="write table.column, and for a document table.column.path.to.it",
    )


def suspects(
    connection: psycopg.Connection[Any],
    facts: Mapping[TableName, TableFacts],
    marks: Iterable[Mark] = (),
    cleared: Iterable[str] = (),
) -> list[Suspect]:
    """Return columns that look personal by their name, their type or their most common values, and are not marked.

    It is a proposal that somebody has to look at: it misses what has an unusual name, and tells what is harmless.
    """
    done = {(mark.table, mark.column) for mark in marks} | {_place(facts, name)[:2] for name in cleared}
    common = {
        ((schema, table), column): [value for value in values if isinstance(value, str)]
        for schema, table, column, values in connection.execute(_COMMON).fetchall()
    }
    found = []
    for table in facts.values():
        tied = {c for key in table.foreign_keys for c in key.columns}
        for column in table.columns.values():
            if (table.name, column.name) in done or column.generated or column.name in tied:
                continue
            suspect = _suspected(table, column, common.get((table.name, column.name), []))
            if suspect is not None:
                found.append(suspect)
    return found


def _suspected(table: TableFacts, column: ColumnFacts, common: list[str]) -> Suspect | None:
    kind = kind_of(column.name, column.form, table.name[1])
    reason = suspicion(column, table.name[1])
    if not reason and column.form.kind == "text":
        pattern = pattern_of(common)
        if pattern is not None:
            kind, reason = pattern
    return Suspect(table.name, column.name, kind, reason) if reason else None
