"""A catalog and its JSON are equal, and equal catalogs have one JSON and one hash."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.catalog.canonical import content_hash, from_json, to_json
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.errors import DesignerError, DocumentError
from tests.designer_kernel.catalog.facts import CATALOGS, table


@given(CATALOGS, st.randoms(use_true_random=False))
def test_json_reads_back_and_is_canonical(catalog: Catalog, chance: random.Random) -> None:
    text = to_json(catalog)
    read = from_json(text)
    assert read == catalog
    assert {key: fact.depends for key, fact in read.items()} == {key: fact.depends for key, fact in catalog.items()}
    assert to_json(read) == text
    shuffled = list(catalog.values())
    chance.shuffle(shuffled)
    assert content_hash(Catalog(shuffled)) == content_hash(catalog)


@given(CATALOGS, CATALOGS)
def test_hashes_are_equal_exactly_for_equal_catalogs(one: Catalog, other: Catalog) -> None:
    assert (content_hash(one) == content_hash(other)) == (one == other)


def test_columns_keep_their_order_and_all_else_is_sorted() -> None:
    facts = [*table("b", "z", "a"), *table("a"), Schema(name="s")]
    read = from_json(to_json(Catalog(facts)))
    assert [c.name for c in read.of(Column) if c.table == "b"] == ["id", "z", "a"]
    assert to_json(Catalog(reversed(facts))) != to_json(Catalog(facts))  # the columns' order is part of a table
    rotated = [*facts[5:], *facts[:5]]
    assert to_json(Catalog(rotated)) == to_json(Catalog(facts))


def test_fields_with_their_default_are_left_out() -> None:
    assert to_json(Catalog([Schema(name="s")])) == '{"version":1,"objects":[\n{"kind":"schema","name":"s"}\n]}\n'


def test_the_hash_sees_every_field() -> None:
    column = Column(schema="s", table="t", name="a", type="int")
    hashes = {content_hash(Catalog([replace(column, **change)])) for change in ({}, {"not_null": True}, {"type": "x"})}
    assert len(hashes) == 3
    assert all(len(value) == 64 for value in hashes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nope",
        "[]",
        "{}",
        '{"version":2,"objects":[]}',
        '{"version":1}',
        '{"version":1,"objects":[3]}',
        '{"version":1,"objects":[{"kind":"dragon"}]}',
        '{"version":1,"objects":[{"kind":"schema"}]}',
        '{"version":1,"objects":[{"kind":"schema","name":3}]}',
        '{"version":1,"objects":[{"kind":"schema","name":["a"]}]}',
        '{"version":1,"objects":[{"kind":"schema","name":"a","rank":1}]}',
        '{"version":1,"objects":[{"kind":"schema","name":"a","id":1}]}',
        '{"version":1,"objects":[{"kind":"comment","on":"x","text":"y"}]}',
        '{"version":1,"objects":[{"kind":"enum","schema":"s","name":"e","labels":"abc"}]}',
        '{"version":1,"objects":[{"kind":"table","schema":"s","name":"t","partition_of":["one"]}]}',
        '{"version":1,"objects":[{"kind":"schema","name":"a"},{"kind":"schema","name":"a"}]}',
        '{"version":1,"objects":[{"kind":["schema"]}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_catalog_is_refused(text: str) -> None:
    with pytest.raises(DesignerError) as caught:
        from_json(text)
    assert caught.value.mend
    assert isinstance(caught.value, DocumentError) or "there are two" in caught.value.what
