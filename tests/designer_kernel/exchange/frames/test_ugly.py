"""Frames as they come: numpy's scalars, mixed zones, signs of currency, sets, indexes, keys that almost are."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from designer_kernel.catalog.identifiers import quote
from designer_kernel.design.lower import lower
from designer_kernel.exchange.frames import Proposal, propose

AWARE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def told(proposal: Proposal, kind: str) -> dict[str, tuple[str, bool]]:
    """Return what is suggested of a kind: by table and columns, the value and whether it is accepted."""
    found = (one for one in proposal.suggestions if one.kind == kind)
    return {one.id.partition(":")[0]: (one.value, one.is_accepted) for one in found}


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (pd.Series([np.int64(3)] * 9, dtype=object), "integer"),
        (pd.Series([np.bool_(True)] * 9, dtype=object), "boolean"),
        (pd.Series([np.float64(1.5)] * 9, dtype=object), "double precision"),
        (pd.Series([1.5] * 9, dtype=object), "double precision"),
        (pd.Series([np.datetime64("2026-01-01T10:00")] * 9, dtype=object), "timestamp without time zone"),
        (pd.Series([np.timedelta64(3, "h")] * 9, dtype=object), "interval"),
        ([AWARE, AWARE.replace(tzinfo=None), None] * 3, "timestamp with time zone"),
        (["1.5", "2e-05", "3"] * 3, "double precision"),
        ([2**70, 1, 2] * 3, "numeric"),
        ([{1}, {2}, set()] * 3, "text"),
        ([1 + 2j] * 9, "text"),
        (pd.Series([], dtype="datetime64[ns]"), "timestamp without time zone"),
        (pd.Series([], dtype=object), "text"),
        ([None] * 9, "text"),
        (["00501", "01234", "98765"] * 3, "text"),
    ],
    ids=str,
)
def test_types_of_odd_values(values: Any, wanted: str) -> None:
    proposal = propose({"t": pd.DataFrame({"x": values})})
    assert told(proposal, "type") == {"t.x": (wanted, True)}
    assert len(lower(proposal.imported().design)) > 1


def test_evidence_says_what_is_doubtful() -> None:
    frame = pd.DataFrame({"at": [AWARE, AWARE.replace(tzinfo=None)] * 3, "nul": ["a\0b"] * 6})
    evidence = {one.columns: one.evidence for one in propose({"t": frame}).suggestions if one.kind == "type"}
    assert "3 of 6 have no time zone" in evidence["at",]
    assert "NUL" in evidence["nul",]


@pytest.mark.parametrize(
    ("values", "using"),
    [
        (["$1,200.50", "$3", "$4.5"], "translate(x, '$€£¥ ,', '')::numeric"),
        (["1.200,50 €", "3 €", "4,5 €"], "translate(x, ',$€£¥ .', '.')::numeric"),
        (["1,234.50", "12.00", "3,000"], "replace(x, ',', '')::numeric"),
        (["yes", "no", "Yes"], "x::boolean"),
    ],
)
def test_a_conversion_is_suggested_instead_of_labels(values: list[str], using: str) -> None:
    proposal = propose({"t": pd.DataFrame({"x": values * 10})})
    (found,) = (one for one in proposal.suggestions if one.kind == "conversion")
    assert using in found.evidence
    assert not found.is_accepted
    assert told(proposal, "enum") == {}


def test_labels_are_words() -> None:
    frame = pd.DataFrame({"zip": ["00501", "01234"] * 20, "state": ["NY", "NJ"] * 20})
    assert told(propose({"t": frame}), "enum") == {"t.zip": ("00501, 01234", False), "t.state": ("NJ, NY", True)}


def test_an_index_identifies_rows_and_is_not_lost() -> None:
    values = pd.DataFrame({"v": [1.5, 2.0, 2.0]})
    frames = {
        "levels": values.set_index(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["k", None])),
        "named": values.set_index(pd.Index(["a", "b", "c"], name="code")),
        "words": values.set_index(pd.Index(["a", "b", "c"])),
        "numbers": values.set_index(pd.Index([7, 8, 9])),
        "repeated": pd.DataFrame({"id": [3, 4, 5], "v": [1.5, 2.0, 2.0]}).set_index("id", drop=False),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        proposal = propose(frames)
    assert told(proposal, "primary key") == {
        "levels.k,level_1": ("k, level_1", True),
        "named.code": ("code", True),
        "words.index": ("index", True),
        "repeated.id": ("id", True),
    }
    assert [name for name, _ in proposal.tables["repeated"]] == ["id", "v"]
    assert [name for name, _ in proposal.tables["numbers"]] == ["v"]


def test_what_almost_is_a_key_is_shown_with_what_breaks_it() -> None:
    frame = pd.DataFrame({"id": [*range(49), 7], "v": [0.5] * 50})
    (near,) = (one for one in propose({"t": frame}).suggestions if one.kind == "primary key")
    assert (near.columns, near.is_accepted) == (("id",), False)
    assert "1 repeat a value (7)" in near.evidence


def test_two_tables_with_the_same_rows_do_not_refer_to_each_other_in_a_circle() -> None:
    keys = [(order, line) for order in range(1, 40) for line in range(1, 4)]
    items = pd.DataFrame(keys, columns=["order_id", "line_no"])
    proposal = propose({"order_items": items.assign(n=1), "shipments": items.assign(weight=0.5)})
    assert told(proposal, "foreign key") == {
        "shipments.order_id,line_no": ("shipments.order_id,line_no → order_items.order_id,line_no", True)
    }


def test_small_numbers_refer_to_nothing_by_chance() -> None:
    random = np.random.default_rng(1)
    parents = {name: pd.DataFrame({"id": range(1, 101), "name": [f"{name}{n}" for n in range(100)]}) for name in "abc"}
    numbers = {name: random.integers(1, 13, 500) for name in ("qty", "rating", "month", "stock", "age")}
    proposal = propose({**parents, "facts": pd.DataFrame({"id": range(500), **numbers})})
    assert told(proposal, "foreign key") == {}


@pytest.mark.parametrize("bad", ["a\0b", "", "x" * 64])
def test_what_cannot_be_a_label_makes_no_enumeration(bad: str) -> None:
    texts = pd.Series([bad, "good"] * 20, dtype=object)
    proposal = propose({"t": pd.DataFrame({"plain": texts, "categories": texts.astype("category")})})
    assert told(proposal, "enum") == {}
    assert [a.type for a in proposal.imported().design.entities[0].attributes] == ["text", "text"]
    fine = pd.DataFrame({"plain": ["bad", "good"] * 20})
    assert set(told(propose({"t": fine}), "enum")) == {"t.plain"}


ORDERS = pd.DataFrame({
    "id": ["1", "2", "3", "3", "5"],
    "customer_id": ["1", "1", "2", "3", "9"],
    "amount": ["1,234.50", "12.00", "N/A", "5.00", "7.00"],
    "placed": ["2024-01-01", "2024-02-01", "2024-02-30", "2024-03-01", "2024-04-01"],
})  # fmt: skip
CUSTOMERS = pd.DataFrame({"id": ["1", "2", "3", "4"]})


def test_values_that_look_like_mistakes_are_shown_and_decide_nothing() -> None:
    proposal = propose({"customers": CUSTOMERS, "orders": ORDERS})
    broken = {one.id: one for one in proposal.suggestions if not one.holds}
    assert {key: ("9" in one.evidence, one.is_accepted) for key, one in broken.items()} == {
        "orders.customer_id: foreign key": (True, False),
        "orders.id: primary key": (False, False),
        "orders.amount: conversion": (False, False),
        "orders.placed: conversion": (False, False),
    }
    assert "repeat a value (3)" in broken["orders.id: primary key"].evidence
    assert "'N/A'" in broken["orders.amount: conversion"].evidence
    assert broken["orders.placed: conversion"].value == "date"
    assert "'2024-02-30'" in broken["orders.placed: conversion"].evidence
    assert proposal.imported().design.entity("orders").key == ()
    assert proposal.accept("orders.id: primary key").imported().design.entity("orders").key == ("id",)


def test_all_that_no_value_breaks_is_accepted_at_once() -> None:
    taken = propose({"customers": CUSTOMERS, "orders": ORDERS}).accept("all")
    assert {one.id for one in taken.suggestions if not one.is_accepted} == {
        one.id for one in taken.suggestions if not one.holds
    }
    assert taken.imported().design.entity("orders").key == ("id", "customer_id")
    other = taken.accept("orders.id: primary key")
    assert other.imported().design.entity("orders").key == ("id",)


def test_no_name_that_is_chosen_needs_quotes() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4, 5]], columns=["Select", "", "#", "2020", "select"])
    design = propose({"Order": frame, "##": frame}).imported().design
    names = ["select_", "column_2", "column_3", "_2020", "select__2"]
    assert {e.name: [a.name for a in e.attributes] for e in design.entities} == {"order_": names, "data": names}
    assert all(quote(name) == name for name in (*names, "order_", "data"))
