from __future__ import annotations

import pytest

from designer_kernel.errors import UnknownObject
from designer_kernel.query import AmbiguousJoin, Query, Source, join, proposals
from tests.designer_kernel.query.cases import shop

DESIGN = shop()
ORDERS = 'Sales.odd "Order'


def test_a_composite_key_is_followed_from_both_ends() -> None:
    query = join(Query(source=Source(entity="people")), "regions", DESIGN, kind="left")
    assert query.joins[0].on == (("country", "region_country"), ("code", "region_code"))
    assert query.joins[0].kind == "left"
    back = join(Query(source=Source(entity="regions")), "people", DESIGN)
    assert back.joins[0].on == (("region_country", "country"), ("region_code", "code"))


def test_many_to_many_goes_through_the_junction() -> None:
    query = join(Query(source=Source(entity=ORDERS, alias="o")), "tags", DESIGN)
    assert [(one.entity, one.to) for one in query.joins] == [("Sales.tagged", "o"), ("tags", "tagged")]
    assert all(one.kind == "inner" for one in query.joins)


def test_a_self_reference_has_two_ways_and_says_so() -> None:
    query = Query(source=Source(entity="people"))
    with pytest.raises(AmbiguousJoin, match="in 2 ways") as refused:
        join(query, "people", DESIGN)
    ways = {proposal.joins[0].on for proposal in refused.value.proposals}
    assert ways == {(("id", "leads_id"),), (("leads_id", "id"),)}
    assert join(query, "people", DESIGN, way=2, alias="led").joins[0].alias == "led"
    assert join(query, "people", DESIGN, way=1).joins[0].alias == "people_2"


def test_what_is_not_related_is_refused() -> None:
    with pytest.raises(UnknownObject, match="no relationships lead"):
        proposals(Query(source=Source(entity="people")), "alone", DESIGN)
    with pytest.raises(UnknownObject, match="no table"):
        proposals(Query(source=Source(entity="people")), "alne", DESIGN)


def test_a_tenant_is_no_way_unless_there_is_no_other() -> None:
    from designer_kernel import templates

    design = templates.load("marketplace")
    found = proposals(Query(source=Source(entity="orders")), "product_images", design)
    assert all("tenants" not in [one.entity for one in way.joins] for way in found)
    assert [one.entity for one in proposals(Query(source=Source(entity="orders")), "tenants", design)[0].joins] == [
        "tenants"
    ]
