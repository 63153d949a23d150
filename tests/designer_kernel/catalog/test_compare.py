"""Differences are told fact by fact and field by field."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from tests.designer_kernel.catalog.facts import CATALOGS

CHECK = Check(schema="s", table="t", name="c", expression="a > 0")
COLUMN = Column(schema="s", table="t", name="a", type="integer")


def test_missing_extra_and_changed() -> None:
    ours = Catalog([COLUMN, CHECK])
    theirs = Catalog([replace(COLUMN, type="bigint", not_null=True), Table(schema="s", name="more")])
    assert differences(ours, theirs) == [
        Difference(COLUMN.id, "changed", "type", "integer", "bigint"),
        Difference(COLUMN.id, "changed", "not_null", ours=False, theirs=True),
        Difference(CHECK.id, "missing", ours=CHECK),
        Difference(ObjectId("relation", ("s", "more")), "extra", theirs=theirs[ObjectId("relation", ("s", "more"))]),
    ]


def test_sql_is_compared_on_demand() -> None:
    ours, theirs = Catalog([CHECK]), Catalog([replace(CHECK, expression="(a > 0)")])
    assert [d.field for d in differences(ours, theirs)] == ["expression"]
    assert differences(ours, theirs, with_sql=False) == []


def test_dependencies_are_not_compared() -> None:
    assert differences(Catalog([CHECK]), Catalog([replace(CHECK, depends=frozenset({COLUMN.id}))])) == []


def test_another_kind_under_the_same_identity_is_a_change() -> None:
    (found,) = differences(Catalog([Table(schema="s", name="x")]), Catalog([View(schema="s", name="x")]))
    assert (found.field, found.ours, found.theirs) == ("kind", "table", "view")
    assert str(found) == "relation s.x: kind is 'view' instead of 'table'"


@given(CATALOGS, CATALOGS)
def test_no_difference_means_equal_and_swapping_mirrors(one: Catalog, other: Catalog) -> None:
    assert differences(one, one) == []
    found, mirrored = differences(one, other), differences(other, one)
    assert (found == []) == (one == other)
    mirror = {"missing": "extra", "extra": "missing", "changed": "changed"}
    assert {(d.id, mirror[d.change], d.field) for d in found} == {(d.id, d.change, d.field) for d in mirrored}
