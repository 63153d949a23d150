"""The law of lifting: what a catalog's design means is the catalog, whatever the catalog holds."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.design import Design, document
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque_sql import refuse_breaking_out
from designer_kernel.errors import DesignerError
from tests.designer_kernel.catalog.facts import CATALOGS
from tests.designer_kernel.design.lift.laws import holds
from tests.strategies import designs

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(CATALOGS)
def test_random_facts_of_every_kind_come_back(catalog: Catalog) -> None:
    assume(_could_be_read(catalog))
    holds(catalog)


@SLOW
@given(designs())
def test_what_designs_mean_comes_back(design: Design) -> None:
    try:
        catalog = lower(design)
    except DesignerError:
        assume(False)
    holds(catalog)


@SLOW
@given(designs())
def test_a_lifted_design_equals_its_file(design: Design) -> None:
    try:
        lifted = lift(lower(design)).design
    except DesignerError:
        assume(False)
    assert document.read(document.to_yaml(lifted)) == lifted
    assert document.read(document.to_json(lifted), "x.json") == lifted


def _could_be_read(catalog: Catalog) -> bool:
    """Whether every fact is one that a server could have told: its SQL is closed, and the grammar knows it."""
    try:
        resolve(catalog)
        for fact in catalog.values():
            refuse_breaking_out(fact)
    except Exception:  # random text in place of SQL fails in many ways
        return False
    return True
