from __future__ import annotations

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.parts import Check
from designer_kernel.studio.verdict import server_verdict


def test_a_design_that_postgresql_takes_has_no_verdict(server):
    assert server_verdict(templates.load("blog")) == []


def test_what_postgresql_refuses_is_an_error_at_the_entity(server):
    orders = Entity(
        name="orders",
        attributes=(Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False),),
        checks=(Check(expression="id > 'word'::text"),),
    )
    (finding,) = server_verdict(Design(name="shop", entities=(orders,)))
    assert (finding.code, finding.severity) == ("server-refused", "error")
    assert finding.target_ids == (orders.id,)
    assert "operator does not exist" in finding.message
    assert finding.reason


def test_what_the_server_lacks_is_a_warning(server):
    verdict = server_verdict(templates.load("marketplace"))
    assert {(finding.code, finding.severity) for finding in verdict} == {("server-lacks", "warning")}
    assert any("pgcrypto" in finding.message for finding in verdict)
