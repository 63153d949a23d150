"""Designs to ask, and any query over them."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import ValidationError

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.values import Cardinality, RelationshipType
from designer_kernel.query import Column, Condition, Group, Join, Order, Query, Source, Term, Value, tables_of
from designer_kernel.query import operators as ops


def key(name: str = "id", **fields: Any) -> Attribute:
    return Attribute(name=name, data_type="bigint", is_primary_key=True, is_nullable=False, **fields)


def shop() -> Design:
    """Composite keys, a self-reference, a junction nobody drew, two ways between the same two, odd names."""
    regions = Entity(name="regions", attributes=(key("country"), key("code"), Attribute(name="name", data_type="text")))
    people = Entity(
        name="people",
        attributes=(key(), Attribute(name="name", data_type="text"), Attribute(name="born", data_type="date")),
    )
    orders = Entity(
        name='odd "Order',
        schema_name="Sales",
        attributes=(
            key(),
            Attribute(name="total", data_type="numeric(12,2)"),
            Attribute(name="paid", data_type="boolean"),
            Attribute(name="*", data_type="text"),
            Attribute(name="select", data_type="timestamptz"),
        ),
    )
    tags = Entity(name="tags", attributes=(key(), Attribute(name="labels", data_type="text[]")))
    alone = Entity(name="alone", attributes=(key(),))

    def relate(name: str, parent: Entity, child: Entity, **fields: Any) -> Relationship:
        return Relationship(name=name, source_entity_id=parent.id, target_entity_id=child.id, **fields)

    return Design(
        name="shop",
        entities=(regions, people, orders, tags, alone),
        relationships=(
            relate("lives", regions, people, source_cardinality=Cardinality.ZERO_OR_ONE),
            relate("leads", people, people, source_cardinality=Cardinality.ZERO_OR_ONE),
            relate("buys", people, orders, target_attributes=()),
            relate(
                "tagged",
                orders,
                tags,
                relationship_type=RelationshipType.MANY_TO_MANY,
                source_cardinality=Cardinality.MANY,
                junction_name="tagged",
            ),
        ),
    )


names = st.one_of(
    st.sampled_from(["a", "total", "Select", 'q"q', "ä b", "x.y", "select"]), st.text("ab_%'", min_size=1, max_size=5)
)
texts = st.one_of(
    st.sampled_from(["", "O'Hara", "back\\slash", "%_", "1; DROP TABLE x --", "名"]), st.text("a'\\\n\"%", max_size=6)
)
values = st.one_of(
    st.builds(Value, text=texts),
    st.one_of(st.integers(-(10**14), 10**14).map(str), st.sampled_from(["0.50", "-1.5e3", "007", ".5"])).map(
        lambda text: Value(text=text, kind="number")
    ),
    st.sampled_from(["true", "false"]).map(lambda text: Value(text=text, kind="boolean")),
)


@st.composite
def queries(draw: st.DrawFn, design: Design) -> Query:
    """Return a query over a design, its expressions naming their sources."""
    tables = tables_of(design)
    first = draw(st.sampled_from(sorted(tables.by_name)))
    sources = [Source(entity=first, alias=draw(st.one_of(st.just(""), names)))]
    joins: list[Join] = []
    for _ in range(draw(st.integers(0, 3))):
        entity, before = draw(st.sampled_from(sorted(tables.by_name))), draw(st.sampled_from(sources))
        own, other = tables.by_name[entity].columns, tables.by_name[before.entity].columns
        pairs = draw(st.lists(st.tuples(st.sampled_from([*own]), st.sampled_from([*other])), min_size=1, max_size=3))
        try:
            joins.append(
                Join(
                    entity=entity,
                    alias=draw(names),
                    to=before.alias,
                    on=pairs,
                    kind=draw(st.sampled_from(["inner", "left"])),
                )
            )
        except ValidationError:
            assume(False)
        sources.append(joins[-1])
    terms = terms_of([(source.alias, [*tables.by_name[source.entity].columns]) for source in sources])
    columns = draw(st.lists(st.builds(Column, term=terms, name=st.one_of(st.just(""), names)), max_size=4))
    named = [column.name for column in columns if column.name]
    results = st.sampled_from(named).map(lambda name: Term(column=name)) if named else terms
    try:
        return Query(
            source=sources[0],
            joins=tuple(joins),
            columns=tuple(columns),
            where=draw(groups(terms)),
            group=tuple(draw(st.lists(terms, max_size=2))),
            having=draw(groups(terms)),
            order=tuple(draw(st.lists(orders(st.one_of(terms, results)), max_size=2))),
            limit=draw(st.one_of(st.none(), st.integers(0, 99))),
            offset=draw(st.one_of(st.none(), st.integers(0, 99))),
            distinct=draw(st.booleans()),
        )
    except ValidationError:  # two aliases are the same
        assume(False)
        raise


def orders(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Order]:
    return st.builds(Order, term=terms, descending=st.booleans(), nulls=st.sampled_from(["", "first", "last"]))


def terms_of(sources: list[tuple[str, list[str]]]) -> st.SearchStrategy[Term]:
    """Return columns of sources, functions of them, and expressions."""
    from designer_kernel.catalog.identifiers import quote_path

    columns = st.sampled_from([(alias, column) for alias, all_columns in sources for column in all_columns])
    functions = st.sampled_from(["", "count", "count distinct", "sum", "max", *ops.PERIODS])
    shapes = [
        "lower({0}::text)",
        "{0} + 1",
        "coalesce({0}, {0})",
        "sum({0}) / count(*)",
        "EXISTS (SELECT 1)",
        "({0} IS NULL) = true",
    ]
    return st.one_of(
        st.builds(
            lambda place, function: Term(source=place[0], column=place[1], function=function), columns, functions
        ),
        st.just(Term(every=True, function="count")),
        st.builds(
            lambda place, shape, function: Term(expression=shape.replace("{0}", quote_path(*place)), function=function),
            columns,
            st.sampled_from(shapes),
            functions,
        ),
    )


def groups(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Group]:
    """Return conditions in groups in groups."""
    binary, lists, two, alone = (
        st.sampled_from([*operators]) for operators in (ops.COMPARISONS, ops.LISTS, ops.BETWEEN, [*ops.TESTS, "holds"])
    )
    conditions = st.one_of(
        st.builds(Condition, term=terms, operator=binary, values=st.tuples(values)),
        st.builds(Condition, term=terms, operator=binary, other=terms),
        st.builds(Condition, term=terms, operator=alone),
        st.builds(Condition, term=terms, operator=lists, values=st.lists(values, min_size=1, max_size=3).map(tuple)),
        st.builds(Condition, term=terms, operator=two, values=st.tuples(values, values)),
    )
    nested = st.recursive(
        conditions,
        lambda inner: st.builds(
            Group, every=st.booleans(), negated=st.booleans(), parts=st.lists(inner, max_size=3).map(tuple)
        ),
        max_leaves=5,
    )
    return st.builds(Group, every=st.booleans(), negated=st.booleans(), parts=st.lists(nested, max_size=3).map(tuple))
