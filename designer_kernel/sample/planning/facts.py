"""A table as sample data sees it: columns with forms, keys, checks, references and partitions, read from a catalog."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.foreign_table import ForeignTable
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.sequence import Sequence
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.sample.planning import heritage
from designer_kernel.sample.planning.forms import Form, form_of

TableName = tuple[str, str]
"""Schema and name of a table."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column that may be sent; ``generated`` columns are the server's own.

    ``series`` is the first number of its sequence, and how far the next one is away. ``follows`` is what a check says
    that a unique column is: ``lower(username)``.
    """

    name: str
    type: str
    form: Form
    not_null: bool
    identity: str
    generated: bool
    default: str
    comment: str
    expression: str = ""
    series: tuple[int, int] = (1, 1)
    follows: str = ""


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """A primary key, unique constraint or unique index. ``keys`` are column names or expressions as SQL."""

    name: str
    keys: tuple[str, ...]
    predicate: str = ""
    nulls_not_distinct: bool = False
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table that rows can be sent to: an ordinary one, or a partitioned one with its partitions below it.

    ``elsewhere`` are the partitions that are foreign tables.
    """

    name: TableName
    columns: Mapping[str, ColumnFacts]
    comment: str
    uniques: tuple[UniqueRule, ...]
    checks: tuple[tuple[str, str], ...]
    foreign_keys: tuple[ForeignKey, ...]
    exclusions: tuple[Exclusion, ...]
    partition_by: str
    partitions: tuple[Table, ...]
    force_row_security: bool
    row_security: bool
    partition_names: tuple[TableName, ...] = field(default=())
    indexes: tuple[tuple[str, ...], ...] = ()
    elsewhere: tuple[TableName, ...] = ()

    @property
    def label(self) -> str:
        """The qualified name, as errors and reports show it."""
        return ".".join(self.name)

    @property
    def sent(self) -> tuple[ColumnFacts, ...]:
        """The columns that are sent: all but the generated ones."""
        return tuple(c for c in self.columns.values() if not c.generated)


def table_facts(catalog: Catalog) -> dict[TableName, TableFacts]:
    """Return every table of a catalog that rows can be sent to; a partition's rows go through its parent."""
    from designer_kernel.sample.planning.implied import with_implied

    children: dict[TableName, list[Table]] = defaultdict(list)
    for table in catalog.of(Table):
        if table.partition_of is not None:
            children[table.partition_of].append(table)
    foreign = [table for table in catalog.of(ForeignTable) if table.partition_of is not None]
    comments = {comment.on: comment.text for comment in catalog.of(Comment)}
    never = heritage.unchecked(catalog)
    return {
        (table.schema, table.name): with_implied(_facts(catalog, table, children, foreign, comments, never))
        for table in catalog.of(Table)
        if table.partition_of is None
    }


def _facts(
    catalog: Catalog,
    table: Table,
    children: Mapping[TableName, list[Table]],
    foreign: Iterable[ForeignTable],
    comments: Mapping[ObjectId, str],
    never: heritage.Unchecked,
) -> TableFacts:
    below = _descendants((table.schema, table.name), children)
    parents = heritage.above(catalog, table)
    never_null = heritage.never_null(catalog, table, parents, below, never)
    return TableFacts(
        name=(table.schema, table.name),
        columns={
            c.name: _column(catalog, c, comments, parents, is_never_null=c.name in never_null)
            for c in catalog.parts(table.id, Column)
        },
        comment=comments.get(table.id, ""),
        uniques=_with_those_of_partitions(catalog, _uniques(catalog, table), below),
        checks=checks_of(catalog, table) + checks_of_partitions(catalog, table, below) + _rounded(catalog, table),
        foreign_keys=_foreign_keys(catalog, table, below),
        exclusions=_exclusions(catalog, table),
        partition_by=table.partition_by,
        partitions=tuple(below),
        force_row_security=table.force_row_security,
        row_security=table.row_security,
        partition_names=tuple((p.schema, p.name) for p in below),
        indexes=_indexes(catalog, table),
        elsewhere=tuple(
            (f.schema, f.name)
            for f in foreign
            if f.partition_of in ((table.schema, table.name), *((p.schema, p.name) for p in below))
        ),
    )


def checks_of(catalog: Catalog, table: Table) -> tuple[tuple[str, str], ...]:
    """Return the checks of a table, and those that it has from the tables that it inherits."""
    found = {c.name: c.expression for c in catalog.parts(table.id, Check) if c.enforced}
    for parent in heritage.above(catalog, table):
        for check in catalog.parts(parent.id, Check):
            if check.enforced and not check.no_inherit:
                found.setdefault(check.name, check.expression)
    return tuple(found.items())


def checks_of_partitions(catalog: Catalog, table: Table, below: list[Table]) -> tuple[tuple[str, str], ...]:
    """Return the checks that partitions have of their own, each said of the rows that come to lie there."""
    strategies = {(t.schema, t.name): t.partition_by for t in (table, *below)}
    within = {(table.schema, table.name): ""}
    known = {(c.name, c.expression) for c in catalog.parts(table.id, Check)}
    found = []
    for part in below:
        parent = part.partition_of or (table.schema, table.name)
        bound = bound_as_condition(strategies.get(parent, ""), part.bound)
        inside = " AND ".join(text for text in (within[parent], bound) if text)
        within[part.schema, part.name] = inside
        for check in catalog.parts(part.id, Check):
            if check.enforced and not check.inherited and (check.name, check.expression) not in known:
                text = f"(NOT ({inside})) OR ({check.expression})" if inside else check.expression
                found.append((check.name, text))
    return tuple(found)


_TO_TENS: Final = re.compile(r"numeric\(\d+,-(\d+)\)")


def _rounded(catalog: Catalog, table: Table) -> tuple[tuple[str, str], ...]:
    """Return what rounding does to ``numeric(10, -2)``, as checks: others hold for what is stored."""
    found = []
    for column in catalog.parts(table.id, Column):
        rounded = _TO_TENS.fullmatch(column.type)
        if rounded is not None:
            found.append((column.name, f"({quote(column.name)} % {10 ** int(rounded[1])}) = 0"))
    return tuple(found)


def bound_as_condition(strategy: str, bound: str) -> str:
    """Return a partition's bound as a condition on one key; empty for what is not said so: hashes, several keys."""
    key = re.fullmatch(r"\s*(?:RANGE|LIST)\s*\(([^,]*)\)\s*", strategy, re.IGNORECASE)
    if key is None:
        return ""
    listed = re.fullmatch(r"FOR VALUES IN \((.*)\)", bound, re.DOTALL)
    if listed is not None:
        return f"({key[1]}) IN ({listed[1]})"
    ends = re.fullmatch(r"FOR VALUES FROM \((.*)\) TO \((.*)\)", bound, re.DOTALL)
    if ends is None:
        return ""
    parts = [f"({key[1]}) {operator} {end}" for operator, end in zip((">=", "<"), ends.groups(), strict=True)
             if end not in ("MINVALUE", "MAXVALUE")]  # fmt: skip
    return " AND ".join(parts)


def _descendants(name: TableName, children: Mapping[TableName, list[Table]]) -> list[Table]:
    found = []
    for child in children.get(name, ()):
        found.append(child)
        found.extend(_descendants((child.schema, child.name), children))
    return found


def _column(
    catalog: Catalog,
    column: Column,
    comments: Mapping[ObjectId, str],
    parents: list[Table],
    *,
    is_never_null: bool,
) -> ColumnFacts:
    form = form_of(catalog, column.type)
    generated = column.generated or heritage.generated_above(catalog, parents, column.name)
    default = next((d.expression for d in catalog.parts(column.id, Default)), "")
    return ColumnFacts(
        column.name,
        types.canonical(column.type),
        form,
        column.not_null or form.not_null or is_never_null,
        column.identity,
        bool(generated),
        default,
        comments.get(column.id, ""),
        generated,
        _series(catalog, column, default),
    )


_NEXTVAL: Final = re.compile(r"nextval\('(?:([^']*)\.)?([^'.]+)'::regclass\)")


def _series(catalog: Catalog, column: Column, default: str) -> tuple[int, int]:
    """Return the first number of a column's sequence, and its step."""
    found = _NEXTVAL.fullmatch(default)
    if found is not None:
        schema = (found[1] or column.schema).strip('"')
        sequence = catalog.get(table_id(schema, found[2].strip('"')))
        return (sequence.start, sequence.increment) if isinstance(sequence, Sequence) else (1, 1)
    if column.identity:
        for own in catalog.parts(column.id, IdentitySequence):
            step = own.increment or 1
            if own.start is not None:
                return own.start, step
            if step < 0:
                return (own.maximum if own.maximum is not None else -1), step
            return (own.minimum if own.minimum is not None else 1), step
    return 1, 1


def _indexes(catalog: Catalog, table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the keys of every index, those behind primary keys and unique constraints included."""
    found = [k.columns for k in catalog.parts(table.id, PrimaryKey)]
    found += [u.columns for u in catalog.parts(table.id, Unique)]
    return (*found, *(i.keys for i in catalog.parts(table.id, Index)))


def _uniques(catalog: Catalog, table: Table) -> tuple[UniqueRule, ...]:
    found = [
        UniqueRule(k.name, k.columns, is_primary=True) for k in catalog.parts(table.id, PrimaryKey) if not k.period
    ]
    found += [
        UniqueRule(u.name, u.columns, nulls_not_distinct=u.nulls_not_distinct)
        for u in catalog.parts(table.id, Unique)
        if not u.period
    ]
    found += [
        UniqueRule(i.name, i.keys, i.predicate, i.nulls_not_distinct)
        for i in catalog.parts(table.id, Index)
        if i.unique
    ]
    found += [
        UniqueRule(e.name, tuple(element for element, _ in e.elements), e.predicate)
        for e in catalog.parts(table.id, Exclusion)
        if _is_equality(e)
    ]
    return (*found, *_beside_copied_periods(catalog, table))


def _with_those_of_partitions(
    catalog: Catalog, rules: tuple[UniqueRule, ...], below: Iterable[Table]
) -> tuple[UniqueRule, ...]:
    """Return keys with those that partitions have of their own, which then hold for all rows of the table."""
    found = list(rules)
    for part in below:
        for rule in _uniques(catalog, part):
            if not any((rule.keys, rule.predicate) == (known.keys, known.predicate) for known in found):
                found.append(replace(rule, is_primary=False))
    return tuple(found)


def _foreign_keys(catalog: Catalog, table: Table, below: Iterable[Table]) -> tuple[ForeignKey, ...]:
    """Return foreign keys with those that partitions have of their own, which then hold for all rows of the table."""
    found = {key.name: key for key in catalog.parts(table.id, ForeignKey)}
    for part in below:
        for key in catalog.parts(part.id, ForeignKey):
            found.setdefault(key.name, key)
    return tuple(found.values())


def _beside_copied_periods(catalog: Catalog, table: Table) -> list[UniqueRule]:
    """Return keys ``WITHOUT OVERLAPS`` whose period is a parent's: their other columns tell the rows apart."""
    copied = {c for key in catalog.parts(table.id, ForeignKey) for c in key.columns}
    found = []
    for key in (*catalog.parts(table.id, PrimaryKey), *catalog.parts(table.id, Unique)):
        free = tuple(c for c in key.columns[:-1] if c not in copied)
        if key.period and key.columns[-1] in copied and free:
            found.append(UniqueRule(key.name, free))
    return found


def _exclusions(catalog: Catalog, table: Table) -> tuple[Exclusion, ...]:
    """Return exclusion constraints, and keys ``WITHOUT OVERLAPS``, which are the same in other words."""
    found = [e for e in catalog.parts(table.id, Exclusion) if not _is_equality(e)]
    keys = (*catalog.parts(table.id, PrimaryKey), *catalog.parts(table.id, Unique))
    for key in keys:
        if key.period:
            elements = tuple((column, "&&" if column == key.columns[-1] else "=") for column in key.columns)
            found.append(Exclusion(schema=table.schema, table=table.name, name=key.name, elements=elements))
    return tuple(found)


def _is_equality(exclusion: Exclusion) -> bool:
    """Whether an exclusion constraint says no more than a unique key."""
    return all(operator.strip() == "=" for _, operator in exclusion.elements)
