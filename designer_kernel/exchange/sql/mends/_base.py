"""What proposers of mends are given, and what they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.sql.outcome import Change, Mend
from designer_kernel.exchange.sql.subjects import subject

if TYPE_CHECKING:
    from designer_kernel.exchange.sql.running import Failure, Result
    from designer_kernel.exchange.sql.statements import Statement

_TOKEN: Final = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|[^\W\d][\w$]*|\s+|.""", re.DOTALL
)


_MAKING: Final = frozenset({
    "create_stmt", "view_stmt", "create_table_as_stmt", "create_function_stmt", "create_enum_stmt",
    "composite_type_stmt", "create_domain_stmt", "create_range_stmt", "create_seq_stmt", "define_stmt",
    "create_schema_stmt", "create_extension_stmt", "create_event_trig_stmt", "create_fdw_stmt", "create_plang_stmt",
    "create_foreign_server_stmt", "create_foreign_table_stmt", "create_op_class_stmt", "create_op_family_stmt",
})  # fmt: skip
"""Statements that make what others can miss."""


@dataclass(frozen=True)
class Script:
    """All statements with what became of them, and what the server has.

    ``subjects`` says what each statement is about, by its number; ``is_trusted`` whether it ran as a superuser;
    ``proposed`` and ``inherited`` are mends that were found already, by the statement's place.
    """

    statements: Sequence[Statement]
    results: Sequence[Result]
    extensions: frozenset[str]
    version: int
    subjects: Mapping[int, str] = field(default_factory=dict)
    is_trusted: bool = False
    proposed: dict[int, list[Mend]] = field(default_factory=dict)
    inherited: dict[int, list[Mend]] = field(default_factory=dict)

    @cached_property
    def tables(self) -> dict[str, Statement]:
        """The statements that make tables, by the table's name without its schema; of two, the first."""
        found: dict[str, Statement] = {}
        for statement in self.statements:
            if statement.kind == "create_stmt" and not statement.skip:
                found.setdefault(statement.node.relation.relname, statement)
        return found

    @cached_property
    def failed_makers(self) -> dict[str, int]:
        """The places of the statements that would have made something, by its name without schema."""
        from designer_kernel.exchange.sql.running import defined

        found: dict[str, int] = {}
        for index, (statement, result) in enumerate(zip(self.statements, self.results, strict=True)):
            if result.failure is not None and statement.kind in _MAKING:
                for name in defined(statement):
                    found.setdefault(name, index)
        return found

    def waits_for(self, index: int) -> int | None:
        """Return the place of the failed statement that would have made what a failed statement misses."""
        from designer_kernel.exchange.sql.running import missing_names

        failure = self.results[index].failure
        if failure is None or failure.sqlstate not in {"42P01", "42704", "42883", "3F000"}:
            return None
        makers = (self.failed_makers.get(name) for name in missing_names(failure.message))
        return next((maker for maker in makers if maker is not None and maker != index), None)

    @cached_property
    def views(self) -> dict[str, Statement]:
        """The statements that make materialized views, by name without schema."""
        return {s.node.into.rel.relname: s for s in self.statements if s.kind == "create_table_as_stmt" and not s.skip}


@dataclass(frozen=True)
class Case:
    """One statement that failed."""

    script: Script
    index: int

    @property
    def statement(self) -> Statement:
        return self.script.statements[self.index]

    @property
    def failure(self) -> Failure:
        found = self.script.results[self.index].failure
        assert found is not None
        return found

    @property
    def number(self) -> int:
        return self.statement.number

    @property
    def subject(self) -> str:
        """What the statement is about, for the ids of its mends."""
        return subject(self.script.subjects, self.number, self.statement.piece.line)

    def replace(self, sql: str) -> Change:
        """Return the change that puts another text in this statement's place."""
        return Change("replace", self.number, sql)

    def quoted(self) -> list[str]:
        """Return the names that the message quotes."""
        return re.findall(r'"([^"]+)"', self.failure.message)


def parse_result(tree: Any) -> Any:
    """Return a copy of a statement's parse node as a whole tree, to be changed."""
    result = postgast.ParseResult()
    result.stmts.add().stmt.CopyFrom(tree)
    return result


def written(tree: Any) -> str:
    """Return a changed tree as SQL, laid out in lines; empty if it cannot be written without changing its meaning."""
    try:
        return laid_out(sqltext.deparse(tree))
    except InvalidSql:
        return ""


def laid_out(sql: str) -> str:
    """Return one line of SQL with the outermost list on lines of its own."""
    if len(sql) < 100:
        return sql
    out: list[str] = []
    depth = 0
    for found in _TOKEN.finditer(sql):
        token = found[0]
        if token == "(":  # noqa: S105 - a bracket
            depth += 1
            out.append("(\n    " if depth == 1 else token)
        elif token == ")":  # noqa: S105 - a bracket
            out.append("\n)" if depth == 1 else token)
            depth -= 1
        elif token == "," and depth == 1:  # noqa: S105 - a comma
            out.append(",\n    ")
        elif token.isspace() and out and out[-1].endswith("\n    "):
            continue
        else:
            out.append(token)
    text = "".join(out)
    return text if _same(text, sql) else sql


def _same(one: str, other: str) -> bool:
    try:
        return sqltext.same_tree(parse_result(sqltext.parsed(one)), parse_result(sqltext.parsed(other)))
    except InvalidSql:
        return False


def parses(sql: str) -> bool:
    """Whether the grammar takes a text as one statement."""
    try:
        sqltext.parsed(sql)
    except InvalidSql:
        return False
    return True


def rename_words(sql: str, names: dict[str, str]) -> str:
    """Return SQL with words replaced outside of strings and comments; ``names`` in lower case."""
    return "".join(names.get(found[0].lower(), found[0]) for found in _TOKEN.finditer(sql))


def contype(constraint: Any) -> str:
    """Return the kind of a constraint's parse node: ``CONSTR_PRIMARY``."""
    return enum_name(constraint, "contype")


def enum_name(node: Any, name: str) -> str:
    """Return the name of an enum's value in a parse node."""
    value = type(node).DESCRIPTOR.fields_by_name[name].enum_type.values_by_number.get(getattr(node, name))
    return value.name if value is not None else ""


def columns(statement: Statement) -> list[Any]:
    """Return the column definitions of a CREATE TABLE."""
    return [e.column_def for e in statement.node.table_elts if e.WhichOneof("node") == "column_def"]


def type_of(column: Any) -> str:
    """Return the name of a column's type, without schema: ``timestamp``."""
    return str(column.type_name.names[-1].string.sval) if column.type_name.names else ""


def strings(items: Any) -> list[str]:
    """Return the texts of a list of String nodes."""
    return [item.string.sval for item in items]


def only(mend: Mend | None) -> Iterator[Mend]:
    """Yield a mend if there is one."""
    if mend is not None:
        yield mend
