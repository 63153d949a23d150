"""The parts of a query, immutable, each in one normal form: what means the same is the same value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from designer_kernel.catalog import identifiers
from designer_kernel.design.problems import invalid
from designer_kernel.errors import InvalidDesign, InvalidSql
from designer_kernel.query import operators as ops
from designer_kernel.query.operators import Function, Operator

_NUMBER: Final = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
MOST_PARTS: Final = 200
"""How many joins, columns or conditions one list of a query holds at most."""
DEEPEST: Final = 20
"""How deep groups of conditions stand in each other at most."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(_Part):
    """A constant: its text, and what it is."""

    text: Annotated[str, Field(max_length=10_000)]
    kind: Literal["text", "number", "boolean"] = "text"

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Value:
        if self.kind == "number":
            if not _NUMBER.match(self.text):
                raise ValueError(f"{self.text!r} is no number")
            if re.fullmatch(r"-?\d{1,100}", self.text):
                object.__setattr__(self, "text", str(int(self.text)))
        if self.kind == "boolean" and self.text not in ("true", "false"):
            raise ValueError(f"{self.text!r} is neither true nor false")
        if "\x00" in self.text:
            raise ValueError("a value cannot hold a NUL character")
        return self

    @classmethod
    def of(cls, given: object) -> Value:
        """Return the value that a Python object stands for; dates, UUIDs and the like as their text.

        Raises
        ------
        InvalidSql
            If it stands for none, such as ``None`` or a list.
        """
        if isinstance(given, Value):
            return given
        if isinstance(given, bool):
            return cls(text=str(given).lower(), kind="boolean")
        if isinstance(given, int | float | Decimal) and _NUMBER.match(str(given)):
            return cls(text=str(given), kind="number")
        if given is None or isinstance(given, list | tuple | dict | set | bytes):
            mend = "use 'is null'" if given is None else "give a number, a text, a date or the like"
            raise InvalidSql(f"{given!r} is no value to compare with", where="query", mend=mend)
        return cls(text=str(given))


class Term(_Part):
    """What has a value in each row: a column of a source, all columns (``every``), or SQL; with a function or not.

    An expression that is only a column, or a function of one, becomes just that.
    """

    source: Annotated[str, Field(max_length=63)] = ""
    column: Annotated[str, Field(max_length=63)] = ""
    every: bool = False
    expression: Annotated[str, Field(max_length=10_000)] = ""
    function: Function = ""

    @model_validator(mode="before")
    @classmethod
    def _in_normal_form(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("expression"), str) or not data["expression"]:
            return data
        from designer_kernel.query.expressions import read_expression

        fields = read_expression(data["expression"])
        if data.get("function"):
            if fields.get("function"):  # a function of a function: the inner one stays SQL
                fields = read_expression(data["expression"], is_inner=True)
            fields["function"] = data["function"]
        rest = {name: value for name, value in data.items() if name not in ("expression", "function")}
        return {**rest, **fields}

    @model_validator(mode="after")
    def _is_one_thing(self) -> Term:
        if sum((bool(self.column), self.every, bool(self.expression))) != 1:
            raise ValueError("a term is a column, all columns, or an expression")
        if self.expression and self.source:
            raise ValueError("an expression belongs to no single source")
        if self.every and not (self.function == "" or (self.function == "count" and not self.source)):
            raise ValueError(f"there is no {self.function} of all columns")
        if self.function and self.column and not self.source:
            raise ValueError(f"say which source the column {self.column!r} is of")
        for name in filter(None, (self.source, self.column)):
            identifiers.check(name)
        return self

    @property
    def is_aggregate(self) -> bool:
        """Whether it is of many rows: an aggregate, or an expression with one in it."""
        if self.function and self.function not in ops.PERIODS:
            return True
        from designer_kernel.query.expressions import has_aggregate

        return bool(self.expression) and has_aggregate(self.expression)


class Source(_Part):
    """An entity that is read, by its name in the design, under an alias."""

    entity: Annotated[str, Field(min_length=1, max_length=130)]
    alias: Annotated[str, Field(max_length=63)] = ""

    @model_validator(mode="after")
    def _has_an_alias(self) -> Source:
        if not self.alias:
            object.__setattr__(self, "alias", self.entity.rpartition(".")[2])
        identifiers.check(self.alias)
        return self


class Join(Source):
    """An entity that is joined ``to`` one that stands before it: pairs of its own column and the other's are equal."""

    to: Annotated[str, Field(min_length=1, max_length=63)]
    on: Annotated[tuple[tuple[str, str], ...], Field(min_length=1, max_length=32)]
    kind: Literal["inner", "left"] = "inner"

    @field_validator("on")
    @classmethod
    def _names(cls, on: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        for name in (name for pair in on for name in pair):
            identifiers.check(name)
        return on


class Column(_Part):
    """A column of the result, and what it is called there; without a name PostgreSQL names it."""

    term: Term
    name: Annotated[str, Field(max_length=63)] = ""

    @model_validator(mode="after")
    def _fits(self) -> Column:
        if self.name:
            identifiers.check(self.name)
        if self.name and self.term.every and not self.term.function:
            raise ValueError("all columns have no one name")
        if self.term.column and not self.term.source:
            raise ValueError(f"say which source the column {self.term.column!r} is of")
        return self


class Condition(_Part):
    """One comparison. ``other`` stands for a value where two terms are compared; ``holds`` takes a term alone."""

    term: Term
    operator: Operator
    values: Annotated[tuple[Value, ...], Field(max_length=1000)] = ()
    other: Term | None = None

    @model_validator(mode="after")
    def _fits(self) -> Condition:
        count = len(self.values) + (self.other is not None)
        low, high = _VALUES.get(self.operator, (0, 0))
        if not low <= count <= high or (self.other is not None and high != 1):
            wanted = {(0, 0): "no value", (1, 1): "one value", (2, 2): "two values"}.get((low, high), "values")
            raise ValueError(f"{self.operator!r} takes {wanted}")
        for term in (self.term, self.other):
            if term is not None and ((term.every and not term.function) or (term.column and not term.source)):
                raise ValueError("compare a column of a source, or an expression")
        return self


_VALUES: Final = (
    dict.fromkeys(ops.COMPARISONS, (1, 1))
    | dict.fromkeys(ops.BETWEEN, (2, 2))
    | dict.fromkeys(ops.LISTS, (1, 1000))
)  # fmt: skip


class Group(_Part):
    """Conditions that hold all (``every``) or of which one does; ``negated``, that they do not."""

    every: bool = True
    negated: bool = False
    parts: Annotated[tuple[Condition | Group, ...], Field(max_length=MOST_PARTS)] = ()

    @model_validator(mode="after")
    def _in_normal_form(self) -> Group:
        parts = tuple(self._flat(self.parts))
        if len(parts) == 1 and isinstance(parts[0], Group) and not parts[0].negated:  # brackets around brackets
            object.__setattr__(self, "every", parts[0].every)
            parts = parts[0].parts
        if len(parts) < 2:
            object.__setattr__(self, "every", True)
        if not parts:
            object.__setattr__(self, "negated", False)
        object.__setattr__(self, "parts", parts)
        if self.depth > DEEPEST:
            raise ValueError(f"conditions are nested over {DEEPEST} deep")
        return self

    def _flat(self, parts: Iterable[Condition | Group]) -> Iterator[Condition | Group]:
        """Leave out empty groups, dissolve those that say the same as the one around them, read what is SQL."""
        for part in parts:
            if isinstance(part, Condition):
                yield from self._read(part)
            elif part.parts and not part.negated and (part.every == self.every or len(part.parts) == 1):
                yield from part.parts
            elif part.parts:
                yield part

    def _read(self, part: Condition) -> Iterator[Condition | Group]:
        if part.operator != ops.HOLDS or not part.term.expression:
            yield part
            return
        from designer_kernel.query.expressions import read_condition

        found = read_condition(part.term.expression)
        if isinstance(found, Condition):
            yield found
        else:
            yield from self._flat((found,))

    @property
    def depth(self) -> int:
        """How many groups stand in each other."""
        return 1 + max((part.depth for part in self.parts if isinstance(part, Group)), default=0)

    def terms(self) -> Iterator[Term]:
        """Yield every term that is compared."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.terms()
            else:
                yield part.term
                if part.other is not None:
                    yield part.other


class Order(_Part):
    """What the result is ordered by; a column without a source is one of the result, by its name."""

    term: Term
    descending: bool = False
    nulls: Literal["", "first", "last"] = ""


class Query(_Part):
    """One SELECT over entities of a design. Without columns it reads all of them."""

    source: Source
    joins: Annotated[tuple[Join, ...], Field(max_length=MOST_PARTS)] = ()
    columns: Annotated[tuple[Column, ...], Field(max_length=1600)] = ()
    where: Group = Group()
    group: Annotated[tuple[Term, ...], Field(max_length=MOST_PARTS)] = ()
    having: Group = Group()
    order: Annotated[tuple[Order, ...], Field(max_length=MOST_PARTS)] = ()
    limit: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    offset: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    distinct: bool = False

    @field_validator("columns")
    @classmethod
    def _some(cls, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        return columns or (Column(term=Term(every=True)),)

    @field_validator("where", "having")
    @classmethod
    def _not_negated(cls, group: Group) -> Group:
        return Group(parts=(group,)) if group.negated else group

    @model_validator(mode="after")
    def _names_are_known(self) -> Query:
        if not self.columns:
            object.__setattr__(self, "columns", self._some(()))
        known: list[str] = []
        for source in self.sources:
            if source.alias in known:
                raise ValueError(f"two sources are called {source.alias!r}; give one another alias")
            if isinstance(source, Join) and source.to not in known:
                raise ValueError(f"{source.alias!r} is joined to {source.to!r}, which does not stand before it")
            known.append(source.alias)
        for term in self.terms():
            if term.source and term.source not in known:
                raise ValueError(f"no source is called {term.source!r}; there are {', '.join(known)}")
        self._check_order()
        return self

    def _check_order(self) -> None:
        from designer_kernel.query.expressions import is_constant

        results = {column.name for column in self.columns}
        for term in (*self.group, *(order.term for order in self.order)):
            if term.every and not term.function:
                raise ValueError("rows are grouped and ordered by single columns")
            if term.expression and not term.function and is_constant(term.expression):
                raise ValueError(f"{term.expression!r} is the same in every row")
        for order in self.order:
            if order.term.column and not order.term.source and order.term.column not in results:
                raise ValueError(f"no column of the result is called {order.term.column!r}")
        for term in self.group:
            if term.column and not term.source:
                raise ValueError(f"say which source the column {term.column!r} is of")

    @property
    def sources(self) -> tuple[Source, ...]:
        """What is read, in the order of the joins."""
        return (self.source, *self.joins)

    def terms(self) -> Iterator[Term]:
        """Yield every term of the query."""
        yield from (column.term for column in self.columns)
        yield from self.where.terms()
        yield from self.group
        yield from self.having.terms()
        yield from (order.term for order in self.order)

    def replaced(self, **changes: Any) -> Query:
        """Return the query with other fields, checked again.

        Raises
        ------
        InvalidDesign
            If they contradict each other.
        """
        return parse_query({name: getattr(self, name) for name in Query.model_fields} | changes)

    def grouped(self) -> Query:
        """Return the query grouped by what its columns have besides aggregates; ungrouped if there is no aggregate."""
        is_aggregate = any(column.term.is_aggregate for column in self.columns) or bool(self.having.parts)
        plain = (column.term for column in self.columns if not column.term.is_aggregate and not column.term.every)
        return self.replaced(group=tuple(dict.fromkeys(plain)) if is_aggregate else ())


def parse_query(data: Any) -> Query:
    """Return the query that data from outside describe.

    Raises
    ------
    InvalidDesign
        If they describe none; ``where`` is the path of the field.
    """
    try:
        return Query.model_validate(data)
    except ValidationError as error:
        raise invalid(error, "query") from error
    except RecursionError as error:
        raise InvalidDesign("the query is nested too deeply", where="query", mend="flatten its conditions") from error
