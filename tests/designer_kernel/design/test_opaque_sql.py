"""Nothing that a design carries along leaves its place, whatever kind it is of; nothing of it reaches a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import postgast
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.kinds.foreign_server import ForeignServer, UserMapping
from designer_kernel.catalog.kinds.foreign_table import ForeignColumnOptions, ForeignTable
from designer_kernel.catalog.kinds.publication import Publication, PublicationTable
from designer_kernel.catalog.kinds.rule import Rule
from designer_kernel.catalog.kinds.view_default import ViewDefault
from designer_kernel.catalog.objects import EDGES, CatalogObject, ObjectId
from designer_kernel.design import Design
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque import Opaque, applied
from designer_kernel.design.opaque_sql import is_closed
from designer_kernel.errors import DesignerError, InvalidSql
from tests.designer_kernel.catalog.hostile import hostile_catalog

MARK = "zqpwned"
ATTACKS = (
    f"x); DROP TABLE {MARK}; --",
    f"x; DROP TABLE {MARK}",
    f"x'; DROP TABLE {MARK}; --",
    f'x"; DROP TABLE {MARK}; --',
    f"$$; DROP TABLE {MARK}",
    f"$a$ x $b$; DROP TABLE {MARK}",
    f"E'\\'; DROP TABLE {MARK}",
    f"E'a'\n'\\'; DROP TABLE {MARK}",
    f"☃E'a\\'' ; DROP TABLE {MARK}",
    f"☃$$ ' $$ ; DROP TABLE {MARK}",
    "1$$",
    "$1$$",
    "$☃$",
    f"x /* {MARK}",
    f"x) {MARK} (",
    f"(x {MARK}",
    f"x {MARK}]",
    f"SELECT 1 \\! {MARK}",
    f"x \\copy {MARK} from program 'id'",
    f"x\x00{MARK}",
    f"x\ud800{MARK}",
)
CATALOG = hostile_catalog("x")
MORE = (
    Rule(schema="xs", table="xt", name="r", event="INSERT", action="DO INSTEAD NOTHING"),
    ViewDefault(schema="xs", view="xv", column="xc", expression="1"),
    ForeignServer(name="fs", wrapper="w", type="t", version="1", options=(("host", "h"),)),
    UserMapping(server="fs", role="public", options=(("user", "u"),)),
    ForeignTable(
        schema="xs", name="ft", server="fs", options=(("a", "b"),), partition_of=("xs", "xf"), bound="DEFAULT"
    ),
    ForeignColumnOptions(schema="xs", table="ft", column="c", options=(("a", "b"),)),
    Publication(name="p"),
    PublicationTable(publication="p", schema="xs", table="xt", condition="xk > 0"),
)
FACTS = [*{fact.kind: fact for fact in CATALOG.values()}.values(), *MORE]
FACTS += [fact for fact in CATALOG.values() if fact.kind in {"table", "index", "check"}]
WITH_SQL = {
    kind: [field.name for field in fields(model) if field.metadata.get("sql")]
    for kind, model in kinds_by_name().items()
    if any(field.metadata.get("sql") for field in fields(model))
}


def among(fact: CatalogObject, instead: ObjectId) -> dict[ObjectId, CatalogObject]:
    """All facts, with another one in the place of one of them."""
    facts = {key: one for key, one in CATALOG.items() if key != instead} | {one.id: one for one in MORE}
    return facts | {fact.id: fact}


def variants(value: Any, attack: str) -> Iterator[Any]:
    """Values like another, with an attack in the place of each of its texts."""
    if isinstance(value, str):
        yield attack
    elif isinstance(value, tuple) and not isinstance(value, ObjectId):
        if not value:
            yield (attack,)
        for place, item in enumerate(value):
            for other in variants(item, attack):
                yield (*value[:place], other, *value[place + 1 :])


def test_there_is_a_fact_of_every_kind_with_sql() -> None:
    assert set(WITH_SQL) <= {fact.kind for fact in FACTS}
    assert len(WITH_SQL) >= 16


def test_the_facts_themselves_are_carried_along() -> None:
    assert len(FACTS) > len(WITH_SQL)
    for fact in FACTS:
        applied(among(fact, fact.id), [Opaque.of(fact)])


@pytest.mark.parametrize("kind", sorted(WITH_SQL))
def test_no_sql_of_any_kind_leaves_its_place(kind: str) -> None:
    tried = 0
    for fact in (one for one in FACTS if one.kind == kind):
        for name in WITH_SQL[kind]:
            for attack in ATTACKS:
                for value in variants(getattr(fact, name), attack):
                    hostile = replace(fact, **{name: value})
                    with pytest.raises(DesignerError):
                        lower(Design(name="d", opaque=(Opaque.of(hostile),)))
                    with pytest.raises(DesignerError):
                        applied(among(hostile, fact.id), [Opaque.of(hostile)])
                    tried += 1
    assert tried >= len(ATTACKS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.kind)
def test_no_other_text_of_any_kind_leaves_its_statement(fact: CatalogObject) -> None:
    """Types, options and words that are written as they are: refused, or in quotes, or within the statement."""
    harmless = _written(fact, Catalog(among(fact, fact.id).values()))
    assert harmless or fact.kind == "unattached_index"  # which says what there is not
    assert all(map(_stays, harmless))
    tried = 0
    for field in fields(fact):
        if field.name in EDGES or isinstance(getattr(fact, field.name), ObjectId):
            continue
        for attack in ATTACKS:
            for value in variants(getattr(fact, field.name), attack):
                hostile = replace(fact, **{field.name: value})
                facts = among(hostile, fact.id)
                tried += 1
                try:
                    applied(facts, [Opaque.of(hostile)])
                    written = _written(hostile, Catalog(facts.values()))
                except (DesignerError, ValueError, LookupError, TypeError):
                    continue
                assert all(map(_stays, written)), (field.name, value)
    assert tried >= len(ATTACKS)


def _written(fact: CatalogObject, catalog: Catalog) -> list[str]:
    if fact.placement == "folds":
        return [f"({' '.join(fact.clause({}))})"]
    return list(fact.create(catalog, {}))


def _stays(statement: str) -> bool:
    """Whether PostgreSQL and psql would take a text, and what follows it, for what they are."""
    raw = f"{statement};{MARK}_next".encode()
    depth = 0
    ends = []
    for token in postgast.scan(raw.decode()).tokens:
        text = raw[token.start : token.end]
        depth += (text in {b"(", b"["}) - (text in {b")", b"]"})
        if depth < 0 or text == b"\\" or b"\x00" in text:
            return False
        if text == b";" and depth == 0:
            ends.append(token.end)
    return ends == [len(raw) - len(f"{MARK}_next")] and "\x00" not in statement


def test_what_cannot_be_written_alone_is_looked_at_in_its_place() -> None:
    """A comment says what it is about as that says it: a function with arguments that are none."""
    with pytest.raises(InvalidSql):
        lower(
            Design(
                name="d",
                opaque=(
                    Opaque(
                        kind="function",
                        fields={
                            "schema": "public",
                            "name": "f",
                            "arguments": "); DROP TABLE t; --",
                            "returns": "integer",
                            "language": "sql",
                            "definition": "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql RETURN 1",
                        },
                    ),
                    Opaque(
                        kind="comment",
                        fields={"on": ["function", ["public", "f", "); DROP TABLE t; --"]], "text": "x"},
                    ),
                ),
            )
        )


@pytest.mark.parametrize(
    "text", ["lower(a), b", "E'it\\'s' || 'x'", "$a$;--$a$", '"a;b" > 1', "a[1]", "(a; b)", "☃ = 1", ""]
)
def test_what_stays_in_its_place_is_taken(text: str) -> None:
    assert is_closed(text)
