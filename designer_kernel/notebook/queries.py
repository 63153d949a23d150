"""Queries in a notebook: built call by call, shown as SQL, run to a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import ValidationError

from designer_kernel.design.problems import invalid
from designer_kernel.errors import InvalidSql
from designer_kernel.notebook import display
from designer_kernel.notebook.results import highlighted
from designer_kernel.query import Column, Condition, Group, Order, Query, Source, Term, Value, from_sql, join, to_sql
from designer_kernel.query.operators import Operator
from designer_kernel.query.reading import conditions_in, term_in
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import threading

    import pandas as pd

    from designer_kernel.studio.project import ProjectSession


class QueryView:
    """A query over a project's design. Each call returns another one; this one stays as it is.

    >>> q = project.build_query("customers").join("orders")  # doctest: +SKIP
    >>> q = q.select("customers.name", spent="sum(orders.total)").where("orders.total", ">", 10)  # doctest: +SKIP
    >>> q.order("spent desc").limit(10).to_frame()  # doctest: +SKIP
    """

    def __init__(self, session: ProjectSession, query: Query) -> None:
        self.session = session
        self.query = query
        """The query as a value."""

    @property
    def sql(self) -> str:
        """The SQL of the query, for the design as it is now."""
        return to_sql(self.query, self.session.design)

    def join(
        self, entity: str, *, kind: Literal["inner", "left"] = "inner", alias: str = "", way: int | None = None
    ) -> QueryView:
        """Join an entity along the relationships that lead there in the fewest steps.

        Parameters
        ----------
        entity
            Its name; one that is there already is joined once more.
        kind
            ``left`` keeps rows that have no partner.
        alias
            What it is called in this query.
        way
            Which of several equally short ways, from 1; without it they are told.

        Raises
        ------
        AmbiguousJoin, UnknownObject
            If there are several ways, or none.
        """
        design = self.session.design
        return self._of(join(self.query, entity, design, kind=kind, alias=alias, way=way))

    def select(self, *terms: str, **named: str) -> QueryView:
        """Read these columns or expressions: ``select("name", spent="sum(orders.total)")``.

        Beside an aggregate, rows are grouped by the others; `group` says otherwise.
        """
        columns = [Column(term=self._term(text)) for text in terms]
        columns += [Column(term=self._term(text), name=name) for name, text in named.items()]
        return self._of(self.query.replaced(columns=columns).grouped())

    def where(self, what: str, operator: str | None = None, *values: Any) -> QueryView:
        """Read only rows for which this holds, beside what was asked before.

        ``where("orders.total", ">", 10)``, ``where("state", "in", "new", "paid")``, ``where("born", "is null")``;
        or a condition as SQL: ``where("total > 10 OR state = 'new'")``.

        Raises
        ------
        InvalidSql, BeyondBuilder, InvalidDesign
            If there is no such operator or column, or the values do not fit it.
        """
        return self._of(self.query.replaced(where=self._and(self.query.where, what, operator, values)))

    def having(self, what: str, operator: str | None = None, *values: Any) -> QueryView:
        """Keep only groups for which this holds; see `where`."""
        return self._of(self.query.replaced(having=self._and(self.query.having, what, operator, values)).grouped())

    def group(self, *terms: str) -> QueryView:
        """Group by these columns or expressions, whatever the columns of the result are."""
        return self._of(self.query.replaced(group=[self._term(text) for text in terms]))

    def order(self, *terms: str) -> QueryView:
        """Order by columns, expressions or names of the result: ``order("spent desc nulls last", "name")``."""
        return self._of(self.query.replaced(order=[self._order(text) for text in terms]))

    def limit(self, count: int | None, offset: int | None = None) -> QueryView:
        """Read so many rows at most, after leaving out some."""
        return self._of(self.query.replaced(limit=count, offset=offset))

    def distinct(self, is_distinct: bool = True) -> QueryView:
        """Read each row of the result once."""
        return self._of(self.query.replaced(distinct=is_distinct))

    def to_frame(
        self,
        *,
        url: str | None = None,
        limit: int = 10_000,
        timeout_ms: int = 30_000,
        cancel: threading.Event | None = None,
    ) -> pd.DataFrame:
        """Run the query in the project's target, reading only, and return its rows.

        ``limit`` is how many rows are fetched at most; ``attrs["is_cut"]`` of the frame tells whether there were more.
        """
        with reached(self.session, url, write=False) as place:
            return self.session.query(self.sql, url=place, limit=limit, timeout_ms=timeout_ms, cancel=cancel)

    def explain(self, *, analyze: bool = False, url: str | None = None) -> str:
        """Return PostgreSQL's plan; ``analyze`` runs the query as well and tells what each step took."""
        with reached(self.session, url, write=False) as place:
            return Plan(self.session.explain(self.sql, url=place, analyze=analyze))

    def _of(self, query: Query) -> QueryView:
        to_sql(query, self.session.design)  # what cannot be written is refused where it is asked for
        return QueryView(self.session, query)

    def _term(self, text: str) -> Term:
        return Term(every=True) if text.strip() == "*" else term_in(text, self.query, self.session.design)

    def _order(self, text: str) -> Order:
        named = [column.name for column in self.query.columns if column.name]
        words = text.split()
        descending, nulls = False, ""
        if len(words) > 2 and words[-2].lower() == "nulls" and words[-1].lower() in ("first", "last"):
            nulls, words = words[-1].lower(), words[:-2]
        if len(words) > 1 and words[-1].lower() in ("asc", "desc"):
            descending, words = words[-1].lower() == "desc", words[:-1]
        name = " ".join(words)
        term = Term(column=name) if name in named else self._term(name)
        return Order.model_validate({"term": term, "descending": descending, "nulls": nulls})

    def _and(self, before: Group, what: str, operator: str | None, values: tuple[Any, ...]) -> Group:
        if operator is None:
            found: Condition | Group = conditions_in(what, self.query, self.session.design)
        else:
            if operator.lower() not in get_args(Operator):
                known = ", ".join(get_args(Operator))
                raise InvalidSql(f"{operator!r} is no operator of a filter", where="query", mend=f"use one of {known}")
            given = {"term": self._term(what), "operator": operator.lower(), "values": tuple(map(Value.of, values))}
            try:
                found = Condition.model_validate(given)
            except ValidationError as error:
                raise invalid(error, "query") from error
        return Group(parts=(before, found))

    def __str__(self) -> str:
        return self.sql

    def __repr__(self) -> str:
        return self.sql

    def _repr_html_(self) -> str:
        return display.card("Query", highlighted(self.sql), subtitle=".to_frame() runs it")


class Plan(str):
    """A plan of PostgreSQL; a cell shows its lines."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def build_query(session: ProjectSession, entity: str = "", *, sql: str = "", alias: str = "") -> QueryView:
    """Return a query that reads an entity, or the one that SQL is; see `Project.build_query`."""
    if bool(entity) == bool(sql):
        raise InvalidSql("a query begins with one entity, or with SQL", mend='build_query("orders")')
    if sql:
        return QueryView(session, from_sql(sql, session.design))
    view = QueryView(session, Query(source=Source(entity=entity, alias=alias)))
    return view.distinct(False)  # checks the entity
