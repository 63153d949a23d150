"""Keys of new rows held against those that are there: the server is asked, and what meets is drawn again.

The first draw nearly always passes, since numbers go on where the old ones end. What does not depends on who made
the rows that are there. The server's answer becomes part of the plan, so that its rows stay a pure function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from psycopg import sql

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.loading import wire
from designer_kernel.sample.loading.assembly import Assembler
from designer_kernel.sample.loading.columns import sent
from designer_kernel.sample.loading.encoding import HEADER, TRAILER
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.keys import Serial
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values

MOST_ROUNDS: Final = 2000
_PATIENCE: Final = 64
_FEW: Final = 100
"""Rounds after which only a few rows are still looked for a key: where nearly all are taken, the last take long."""

_CHUNK: Final = 16_384
_NUMBER: Final = Form("integer", "bigint")
_TEXT: Final = Form("text", "text")
_ORDERING: Final = re.compile(r"\s+(ASC|DESC|NULLS\s+(FIRST|LAST)|\w+_ops)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """What no two rows may have in common: SQL of the elements with their operators, where it counts."""

    name: str
    elements: tuple[tuple[str, str], ...]
    predicate: str = ""


def settled(plan: Plan, facts: Mapping[TableName, TableFacts], reader: Reader) -> Plan:
    """Return a plan of which no row meets one that is there.

    Raises
    ------
    SamplePlanError
        If there is no room left for a key; it names the key.
    """
    tables = dict(plan.tables)
    for name, table in plan.tables.items():
        if table.beside is None or not table.rows:
            continue
        rules = [rule for rule in _rules(facts[name]) if _may_meet(plan, table, facts[name], rule)]
        if rules:
            tables[name] = _Stage(plan, table, facts[name], rules, reader).settled()
    return replace(plan, tables=tables)


def _rules(facts: TableFacts) -> list[Rule]:
    found = []
    for rule in facts.uniques:
        operator = "IS NOT DISTINCT FROM" if rule.nulls_not_distinct else "="
        elements = tuple((_expression(key, facts), operator) for key in rule.keys)
        found.append(Rule(rule.name, elements, rule.predicate))
    for constraint in facts.exclusions:
        elements = tuple((_expression(element, facts), operator) for element, operator in constraint.elements)
        found.append(Rule(constraint.name, elements, constraint.predicate))
    return found


def _expression(key: str, facts: TableFacts) -> str:
    """Return SQL of an element of an index, without how it is ordered."""
    return sql.Identifier(key).as_string() if key in facts.columns else _ORDERING.sub("", key)


def _may_meet(plan: Plan, table: TablePlan, facts: TableFacts, rule: Rule) -> bool:
    """Whether rows that are there could have the same key: not if it holds a number beyond them, or a new parent."""
    plain = {sql.Identifier(c).as_string(): c for c in facts.columns}
    equal = {plain[e] for e, operator in rule.elements if operator.strip() == "=" and e in plain}
    for name in equal & set(table.columns):
        provider = table.columns[name].provider
        if isinstance(provider, Serial) and provider.counter.among == "rows":
            return False
    return not any(
        plan.tables[r.parent].existing is None and r.parent != table.name and set(r.columns) <= equal
        for r in table.references.values()
    )


class _Stage:
    """The keys of new rows in a temporary table beside those that are there."""

    def __init__(
        self,
        plan: Plan,
        table: TablePlan,
        facts: TableFacts,
        rules: list[Rule],
        reader: Reader,
    ) -> None:
        self._plan = plan
        self._table = table
        self._facts = facts
        self._connection = reader.connection
        self._there = reader.own(table.name)
        plain = {sql.Identifier(c).as_string(): c for c in facts.columns}
        used = {plain[e] for rule in rules for e, _ in rule.elements if e in plain}
        if any(e not in plain for rule in rules for e, _ in rule.elements) or any(rule.predicate for rule in rules):
            used = {c.name for c in facts.columns.values()}
        self._columns = [c for c in table.columns if c in used]
        present = {sql.Identifier(c).as_string() for c in self._columns}
        self._rules = [r for r in rules if all(e in present or e not in plain for e, _ in r.elements)]

    def settled(self) -> TablePlan:
        """Return the table's plan with rows drawn again until none meets another."""
        if not self._rules:
            return self._table
        self._create()
        try:
            self._send(np.arange(self._table.rows, dtype=np.int64))
            fresh: list[int] | None = None
            rule = ""
            for turn in range(MOST_ROUNDS):
                fresh, rule = self._meeting(fresh)
                if not fresh:
                    return self._table
                if turn >= _PATIENCE and len(fresh) > _FEW:
                    break
                self._redraw(fresh)
        finally:
            self._connection.execute("DROP TABLE pg_temp.sample_beside")
        raise SamplePlanError(
            f"{len(fresh or ()):,} of {self._table.rows:,} new rows find no key that is free",
            where=f"{self._table.label}.{rule}",
            mend="ask for fewer rows, or for more rows of what it refers to",
        )

    def _create(self) -> None:
        parts: list[sql.Composable] = [sql.SQL("row_ bigint PRIMARY KEY")]
        for name in self._columns:
            facts = self._table.columns[name].facts
            kind = facts.type if wire.is_known(facts.form) else "text"
            parts.append(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)))
        statement = sql.SQL("CREATE TEMPORARY TABLE sample_beside ({})").format(sql.SQL(", ").join(parts))
        self._connection.execute(statement)

    def _send(self, rows: Rows) -> None:
        columns = sql.SQL(", ").join([sql.Identifier("row_"), *(sql.Identifier(c) for c in self._columns)])
        statement = sql.SQL("COPY pg_temp.sample_beside ({}) FROM STDIN (FORMAT BINARY)").format(columns)
        for start in range(0, len(rows), _CHUNK):  # made before they are sent: columns of parents may be read meanwhile
            piece = self._piece(rows[start : start + _CHUNK])
            with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(piece)
        self._connection.execute("ANALYZE pg_temp.sample_beside")

    def _piece(self, rows: Rows) -> bytes:
        """Return rows as a whole stream of COPY BINARY."""
        frame = Frame(self._plan, self._table.name, rows)
        columns = [sent(_NUMBER, Values(rows))]
        for name in self._columns:
            form = self._table.columns[name].facts.form
            columns.append(sent(form if wire.is_known(form) else _TEXT, frame.column(name)))
        return b"".join((HEADER, Assembler().assembled(columns, len(rows)), TRAILER))

    def _meeting(self, fresh: list[int] | None) -> tuple[list[int], str]:
        """Return the rows that meet another one, and by which key; new ones can only meet if they were drawn again."""
        found: set[int] = set()
        name = ""
        for rule in self._rules:
            for query in self._queries(rule, fresh):
                rows = [row for (row,) in self._connection.execute(query).fetchall()]
                name = rule.name if rows else name
                found.update(rows)
        return sorted(found), name

    def _queries(self, rule: Rule, fresh: list[int] | None) -> Iterator[sql.Composed]:
        keys = sql.SQL(", ").join(
            sql.SQL("({}) AS k{}").format(sql.SQL(element), sql.SQL(str(i)))
            for i, (element, _) in enumerate(rule.elements)
        )
        same = sql.SQL(" AND ").join(
            sql.SQL("s.k{} {} t.k{}").format(sql.SQL(str(i)), sql.SQL(operator), sql.SQL(str(i)))
            for i, (_, operator) in enumerate(rule.elements)
        )
        where = sql.SQL("WHERE {}").format(sql.SQL(rule.predicate)) if rule.predicate else sql.SQL("")
        limit: sql.Composable = sql.SQL("true")
        if fresh is not None:
            limit = sql.SQL("s.row_ = ANY ({}::bigint[])").format(sql.Literal(fresh))
        new = sql.SQL("(SELECT row_, {} FROM ({}) AS n {})").format(keys, self._typed(), where)
        old = sql.SQL("(SELECT {} FROM {} AS o {})").format(keys, self._there, where)
        yield sql.SQL("SELECT s.row_ FROM {} AS s WHERE {} AND EXISTS (SELECT FROM {} AS t WHERE {})").format(
            new, limit, old, same
        )
        if fresh is not None:
            yield sql.SQL(
                "SELECT s.row_ FROM {new} AS s WHERE {limit} AND EXISTS (SELECT FROM {new} AS t WHERE t.row_ <> s.row_"
                " AND (t.row_ < s.row_ OR NOT t.row_ = ANY ({fresh}::bigint[])) AND {same})"
            ).format(new=new, limit=limit, fresh=sql.Literal(fresh), same=same)

    def _typed(self) -> sql.Composed:
        shown = [sql.Identifier("row_")]
        casts: list[sql.Composable] = [*shown]
        for name in self._columns:
            kind = self._table.columns[name].facts.type
            column = sql.Identifier(name)
            casts.append(sql.SQL("{}::{} AS {}").format(column, sql.SQL(kind), column))
        return sql.SQL("SELECT {} FROM pg_temp.sample_beside").format(sql.SQL(", ").join(casts))

    def _redraw(self, rows: list[int]) -> None:
        """Draw rows again; each time in another order, so that no two always move in step."""
        assert self._table.beside is not None
        turn = len(self._table.beside.draws) and max(self._table.beside.draws) % len(rows)
        rows = rows[turn:] + rows[:turn]
        self._table = replace(self._table, beside=self._table.beside.redrawn(rows))
        self._plan = replace(self._plan, tables={**self._plan.tables, self._table.name: self._table})
        self._connection.execute("DELETE FROM pg_temp.sample_beside WHERE row_ = ANY (%s::bigint[])", (rows,))
        self._send(np.array(sorted(rows), dtype=np.int64))
