"""Privileges that policies and views say by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.grant import PUBLIC, Grant
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import parts
from designer_kernel.design.design import Design
from designer_kernel.design.lift.sketch import Sketch
from designer_kernel.design.objects import MaterializedView, View

_ALL: Final = ("DELETE", "INSERT", "SELECT", "UPDATE")


def with_grants(sketch: Sketch, table: Table, policies: tuple[parts.Policy, ...]) -> tuple[parts.Policy, ...]:
    """Return policies that also grant what they are about, where their roles have just that."""
    given = _given(sketch, table.id) if policies else {}
    granting = {policy.id for policy in policies}
    while granting:
        needed: dict[str, set[str]] = {}
        for policy in policies:
            for role in _roles(policy) if policy.id in granting else ():
                needed.setdefault(role, set()).update(_ALL if policy.command == "ALL" else (policy.command,))
        fits = {role for role, rights in needed.items() if given.get(role) == tuple(sorted(rights))}
        left = {policy.id for policy in policies if policy.id in granting and fits.issuperset(_roles(policy))}
        if left == granting:
            break
        granting = left
    place = {role: number for number, role in enumerate(given)}
    ordered = sorted(policies, key=lambda policy: min((place.get(role, 0) for role in policy.roles), default=0))
    ids = sorted(policy.id for policy in policies)  # privileges are kept in the order in which they were granted
    return tuple(
        policy.model_copy(update={"id": key, "grants": policy.id in granting})
        for key, policy in zip(ids, ordered, strict=True)
    )


def without_disorder(drawn: Design, made: Catalog, catalog: Catalog) -> Design:
    """Return the drawing without privileges that it tells in another order than the catalog."""
    if not any(fact.kind == "grant" for fact in made.values()):
        return drawn
    wrong = {on.path for on, roles in _order(made).items() if roles != [r for r in _order(catalog)[on] if r in roles]}
    if not wrong:
        return drawn

    def silent(view: View | MaterializedView) -> Any:
        is_wrong = (drawn.schema_of(view), view.name) in wrong
        return view.model_copy(update={"grant_select_to": ()}) if is_wrong else view

    entities = tuple(
        entity.model_copy(update={"policies": tuple(p.model_copy(update={"grants": False}) for p in entity.policies)})
        if (drawn.schema_of(entity), entity.name) in wrong
        else entity
        for entity in drawn.entities
    )
    views = tuple(silent(view) for view in drawn.views)
    stored = tuple(silent(view) for view in drawn.materialized_views)
    return drawn.model_copy(update={"entities": entities, "views": views, "materialized_views": stored})


def _order(catalog: Catalog) -> dict[ObjectId, list[str]]:
    """Return the roles with privileges on each relation, in their order."""
    found: dict[ObjectId, list[str]] = defaultdict(list)
    for grant in catalog.of(Grant):
        if grant.on.kind == "relation":
            found[grant.on].append(grant.role)
    return found


def readers(sketch: Sketch, view: ObjectId) -> tuple[str, ...]:
    """Return the roles that may read a view, and do nothing else with it."""
    return tuple(role for role, rights in _given(sketch, view).items() if rights == ("SELECT",) and role != PUBLIC)


def _roles(policy: parts.Policy) -> Iterable[str]:
    return (role for role in policy.roles if role != PUBLIC)


def _given(sketch: Sketch, relation: ObjectId) -> dict[str, tuple[str, ...]]:
    """Return what roles may do with a relation, if they also may use its schema as a design would let them."""
    schema = relation.path[0]
    grants: list[Grant] = sketch.parts(relation).get("grant", [])
    if not grants:
        return {}
    on_schema = sketch.parts(ObjectId("schema", (schema,))).get("grant", ())
    usual = {grant.role for grant in on_schema if grant.privileges == ("USAGE",)}
    return {grant.role: grant.privileges for grant in grants if schema == "public" or grant.role in usual}
