"""SQL as a query, by PostgreSQL's own grammar. What the builder has no words for is named, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

import postgast
from pydantic import ValidationError

from designer_kernel.catalog import sqltext
from designer_kernel.design.problems import invalid
from designer_kernel.errors import DesignerError, InvalidSql
from designer_kernel.query.expressions import condition_of, names_of, term_fields
from designer_kernel.query.model import Column, Condition, Group, Join, Order, Query, Source, Term
from designer_kernel.query.names import Names, outside_subqueries, qualify
from designer_kernel.query.tables import Tables, tables_of

if TYPE_CHECKING:
    from designer_kernel.design import Design

_NODES: Final = postgast.pg_query_pb2
_BEYOND: Final = {
    "with_clause": "WITH",
    "values_lists": "VALUES",
    "window_clause": "WINDOW",
    "locking_clause": "FOR UPDATE",
    "into_clause": "SELECT INTO",
    "group_distinct": "GROUP BY DISTINCT",
    "larg": "a UNION, INTERSECT or EXCEPT",
}
"""Clauses that the builder has no place for."""
_JOINS: Final = {_NODES.JOIN_INNER: "inner", _NODES.JOIN_LEFT: "left"}
_JOIN_WORDS: Final = {_NODES.JOIN_FULL: "FULL JOIN", _NODES.JOIN_RIGHT: "RIGHT JOIN"}
MEND: Final = "it runs as it is; the builder comes back when this is taken out"


class BeyondBuilder(DesignerError):
    """SQL that is a fine query, and more than the builder can show; ``where`` is the line and column of the part.

    Parameters
    ----------
    position
        Line and column, from 1; ``(0, 0)`` if it is about all of it.
    """

    code = "beyond_builder"

    def __init__(self, part: str, *, position: tuple[int, int] = (0, 0)) -> None:
        where = f"line {position[0]}, column {position[1]}" if position[0] else ""
        super().__init__(f"the builder cannot show {part}", where=where, mend=MEND)
        self.position = position


def from_sql(text: str, design: Design) -> Query:
    """Return the query that SQL is.

    Raises
    ------
    InvalidSql
        If it is not one query that only reads.
    BeyondBuilder
        If it says something that a `Query` cannot; the message names the part.
    """
    sqltext.settled_query(text.rstrip().removesuffix(";"), "query")  # a query that only reads
    if not sqltext.is_plain(text, semicolons=True):
        raise BeyondBuilder("comments, and would drop them")
    return _Reader(text, tables_of(design)).query(sqltext.parsed(text, "query").select_stmt)


def term_in(text: str, query: Query, design: Design) -> Term:
    """Return a term given as SQL; columns without a source are found in those of the query.

    Raises
    ------
    InvalidSql, BeyondBuilder, InvalidDesign
        If it is not one expression, or names what is not there.
    """
    reader, node = _within(text, query, design)
    return reader.term(node)


def conditions_in(text: str, query: Query, design: Design) -> Group:
    """Return conditions given as SQL; see `term_in`."""
    reader, node = _within(text, query, design)
    return reader.group(node)


def _within(text: str, query: Query, design: Design) -> tuple[_Reader, Any]:
    tables = tables_of(design)
    reader = _Reader(text, tables)
    reader.names = Names(tuple((source.alias, tables.named(source.entity)) for source in query.sources))
    found = sqltext.parsed(f"SELECT {sqltext.expression(text, 'query')}", "query")
    node = found.select_stmt.target_list[0].res_target.val
    qualify(node, reader.names)
    return reader, node


class _Reader:
    """Reads one statement; ``names`` grows with the sources."""

    def __init__(self, text: str, tables: Tables) -> None:
        self._bytes = text.encode()
        self._tables = tables
        self.names = Names(())

    def query(self, select: Any) -> Query:
        present = {field.name for field, _ in select.ListFields()}
        for field, words in _BEYOND.items():
            if field in present:
                self.refuse(words, getattr(select, "rarg" if field == "larg" else field))
        if select.distinct_clause and any(part.WhichOneof("node") for part in select.distinct_clause):
            self.refuse("DISTINCT ON", select.distinct_clause)
        if select.limit_option == _NODES.LIMIT_OPTION_WITH_TIES:
            self.refuse("WITH TIES", select.limit_count)
        source, joins = self.sources(select)
        ordered = [self.sort_target(item.sort_by, select) for item in select.sort_clause]
        for part in (*select.target_list, select.where_clause, select.having_clause):
            qualify(part, self.names)
        try:
            columns = tuple(self.column(item.res_target) for item in select.target_list)
            return Query(
                source=source,
                joins=joins,
                columns=columns,
                where=self.group(select.where_clause),
                group=tuple(self.grouping(item, columns) for item in select.group_clause),
                having=self.group(select.having_clause),
                order=tuple(self.order(one.sort_by, columns, is_result=of_result)
                            for one, of_result in zip(select.sort_clause, ordered, strict=True)),
                limit=self.count(select, "limit_count"),
                offset=self.count(select, "limit_offset"),
                distinct=bool(select.distinct_clause),
            )  # fmt: skip
        except ValidationError as error:
            problem = invalid(error)
            raise BeyondBuilder(f"this: {problem.what}") from error

    # sources

    def sources(self, select: Any) -> tuple[Source, tuple[Join, ...]]:
        if len(select.from_clause) != 1:
            self.refuse("several tables beside each other" if select.from_clause else "a query without FROM",
                        select.from_clause[1:])  # fmt: skip
        steps: list[Any] = []
        node = select.from_clause[0]
        while node.WhichOneof("node") == "join_expr":
            steps.append(node.join_expr)
            node = node.join_expr.larg
        first = Source(**self.table(node))
        return first, tuple(self.join(step) for step in reversed(steps))

    def table(self, node: Any) -> dict[str, str]:
        """Return the entity and the alias of what stands in FROM, and take the name over."""
        if node.WhichOneof("node") != "range_var":
            kind = {"range_subselect": "a SELECT in FROM", "range_function": "a function in FROM",
                    "join_expr": "joins in brackets"}  # fmt: skip
            self.refuse(kind.get(node.WhichOneof("node"), "this kind of source"), [node])
        var = node.range_var
        if not var.inh:
            self.refuse("ONLY", [node])
        if var.alias.colnames:
            self.refuse("new names for the columns of a table", [node])
        table = self._tables.at(var.schemaname, var.relname) if not var.catalogname else None
        if table is None:
            shown = f"{var.schemaname}.{var.relname}" if var.schemaname else var.relname
            self.refuse(f"{shown}, which is no entity of this design", [node])
        alias = var.alias.aliasname or var.relname
        self.names = Names((*self.names.sources, (alias, table)))
        return {"entity": table.name, "alias": alias}

    def join(self, step: Any) -> Join:
        if step.jointype not in _JOINS:
            self.refuse(_JOIN_WORDS.get(step.jointype, "this kind of join"), [step.rarg])
        if step.is_natural or step.alias.aliasname or step.join_using_alias.aliasname:
            self.refuse("a NATURAL join, or a name for one", [step.rarg])
        if step.using_clause:
            self.refuse("USING, which makes one column of two", [step.rarg])
        fields = self.table(step.rarg)
        alias = fields["alias"]
        qualify(step.quals, self.names)
        pairs = self.pairs(step, alias)
        others = {other for _, other, _ in pairs}
        if len(others) != 1 or not pairs:
            self.refuse(f"a join of {alias} to several tables at once", [step.rarg])
        on = tuple((own, column) for own, _, column in pairs)
        return Join(**fields, to=others.pop(), on=on, kind=_JOINS[step.jointype])

    def pairs(self, step: Any, alias: str) -> list[tuple[str, str, str]]:
        """Return a join's own columns, and the aliases and columns that they are equal to."""
        quals = step.quals
        kind = quals.WhichOneof("node")
        if kind is None:
            self.refuse(f"a join of {alias} without a condition", [step.rarg])
        is_and = kind == "bool_expr" and quals.bool_expr.boolop == _NODES.AND_EXPR
        found: list[tuple[str, str, str]] = []
        for part in quals.bool_expr.args if is_and else [quals]:
            expression = part.a_expr
            is_equal = (
                part.WhichOneof("node") == "a_expr"
                and expression.kind == _NODES.AEXPR_OP
                and [name.string.sval for name in expression.name] == ["="]
            )
            sides = [names_of(side) for side in (expression.lexpr, expression.rexpr)] if is_equal else []
            named = [side for side in sides if side is not None and len(side) == 2]
            mine = [side for side in named if side[0] == alias]
            theirs = [side for side in named if side[0] != alias]
            if len(mine) != 1 or len(theirs) != 1:
                self.refuse(f"a join of {alias} by more than equal columns", [part])
            found.append((mine[0][1], theirs[0][0], theirs[0][1]))
        return found

    # columns, conditions and what follows

    def column(self, target: Any) -> Column:
        if target.indirection:
            self.refuse("a part of a column", [target.val])
        return Column(term=self.term(target.val), name=target.name)

    def term(self, node: Any) -> Term:
        fields = term_fields(node)
        if fields.get("column") and not fields.get("source"):
            self.refuse_name(fields["column"], node)
        return Term(**fields)

    def group(self, node: Any) -> Group:
        if node.WhichOneof("node") is None:
            return Group()
        self.refuse_unknown_names(node)
        found = condition_of(node)
        return Group(parts=(found,)) if isinstance(found, Condition) else found

    def refuse_unknown_names(self, node: Any) -> None:
        """Refuse a name alone of a condition: after `qualify`, nobody knows whose column it is."""
        for part in outside_subqueries(node):
            names = [field.string.sval for field in part.fields] if type(part).__name__ == "ColumnRef" else []
            if len(names) == 1 and part.fields[0].WhichOneof("node") == "string":
                self.refuse_name(names[0], [part])

    def grouping(self, node: Any, columns: tuple[Column, ...]) -> Term:
        if node.WhichOneof("node") == "grouping_set":
            self.refuse("GROUPING SETS, ROLLUP or CUBE", [node])
        numbered = self.by_number(node, columns)
        if numbered is not None:
            return numbered.term
        names = names_of(node)
        if names is not None and len(names) == 1 and self.names.count(names[0]) == 0:  # a name of the result
            for column in columns:
                if column.name == names[0]:
                    return column.term
        qualify(node, self.names)
        return self.term(node)

    def sort_target(self, sort: Any, select: Any) -> bool:
        """Whether something is ordered by a name of the result; names of tables are completed."""
        names = names_of(sort.node)
        results = {item.res_target.name for item in select.target_list}
        if names is not None and len(names) == 1 and names[0] in results:
            return True
        given = [_given_name(item.res_target.val) for item in select.target_list if not item.res_target.name]
        if names is not None and len(names) == 1 and names[0] in given:
            self.refuse(f"an order by {names[0]}, a name that PostgreSQL gives", [sort.node])
        qualify(sort.node, self.names)
        return False

    def order(self, sort: Any, columns: tuple[Column, ...], *, is_result: bool) -> Order:
        if sort.use_op:
            self.refuse("ORDER BY USING", [sort.node])
        numbered = self.by_number(sort.node, columns)
        if numbered is not None:
            term = Term(column=numbered.name) if numbered.name else numbered.term
        else:
            term = Term(**term_fields(sort.node)) if is_result else self.term(sort.node)
        nulls = {_NODES.SORTBY_NULLS_FIRST: "first", _NODES.SORTBY_NULLS_LAST: "last"}.get(sort.sortby_nulls, "")
        return Order(term=term, descending=sort.sortby_dir == _NODES.SORTBY_DESC, nulls=nulls)

    def by_number(self, node: Any, columns: tuple[Column, ...]) -> Column | None:
        """Return the column of the result that a number stands for."""
        if node.WhichOneof("node") != "a_const" or node.a_const.WhichOneof("val") != "ival":
            return None
        number = int(node.a_const.ival.ival)
        if any(column.term.every for column in columns[:number]) or not 1 <= number <= len(columns):
            self.refuse(f"the column number {number}", [node])
        return columns[number - 1]

    def count(self, select: Any, field: str) -> int | None:
        if not select.HasField(field):
            return None
        constant = getattr(select, field).a_const
        if getattr(select, field).WhichOneof("node") == "a_const" and constant.isnull:
            return None
        if constant.WhichOneof("val") != "ival" or constant.ival.ival < 0:
            self.refuse("LIMIT or OFFSET that is no plain number", [getattr(select, field)])
        return int(constant.ival.ival)

    # refusing

    def refuse_name(self, name: str, node: Any) -> NoReturn:
        owners = self.names.owners(name)
        if owners:
            self.refuse(f"{name}, which could be of {' or '.join(owners)}", node)
        self.refuse(f"{name}, which no table here has", node)

    def refuse(self, part: str, nodes: Any) -> NoReturn:
        raise BeyondBuilder(part, position=self.position(nodes))

    def position(self, nodes: Any) -> tuple[int, int]:
        """Return line and column of the first place that a part of the tree tells."""
        listed = nodes if isinstance(nodes, list | tuple) or not hasattr(nodes, "DESCRIPTOR") else [nodes]
        places = [
            part.location
            for node in listed
            for part in [node, *sqltext.walk(node)]
            if "location" in part.DESCRIPTOR.fields_by_name and part.location > 0
        ]
        if not places:
            return (0, 0)
        before = self._bytes[: min(places)].decode(errors="replace")
        return before.count("\n") + 1, len(before) - before.rfind("\n")


def _given_name(value: Any) -> str:
    """Return the name that PostgreSQL gives to a column of the result which is more than a column of a table."""
    is_cast = False
    while value.WhichOneof("node") == "type_cast":
        value, is_cast = value.type_cast.arg, True
    if value.WhichOneof("node") == "func_call":
        return str(value.func_call.funcname[-1].string.sval)
    names = names_of(value) if is_cast else None
    return names[-1] if names else ""


__all__ = ["BeyondBuilder", "InvalidSql", "conditions_in", "from_sql", "term_in"]
