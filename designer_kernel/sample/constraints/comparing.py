"""References of a table that checks compare: to different rows, in the order of their keys, or to the same row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from designer_kernel.sample.constraints import mirrored
from designer_kernel.sample.plan import Pick, ReferencePlan, Tree
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.planning.relations import compared, same_rows
from designer_kernel.sample.rows.apart import HALF

References = dict[str, ReferencePlan]
Loosen = Callable[[str], bool]
"""Lets a reference choose from all parents, if it need not choose from fewer; says whether that is so."""


def settle(table: TableFacts, plans: References, loosen: Loosen) -> None:
    """Let references that checks compare choose their rows so that the checks hold."""
    _keep_apart(table, plans, loosen)
    _keep_one_way(table, plans, loosen)
    _lead_alike(table, plans, loosen)


def _keep_apart(table: TableFacts, plans: References, loosen: Loosen) -> None:
    """Let pairs of references that a check compares choose different rows, or in the order of their keys."""
    for first, second, operator in compared(table):
        one, other = plans.get(first), plans.get(second)
        if one is None or other is None or one.apart or other.apart:
            continue
        may_swap = operator == "<>" and isinstance(one.rule, Pick)
        if may_swap and (not isinstance(other.rule, Pick) or (one.null_columns and not other.null_columns)):
            one, other = other, one  # best one that can be NULL where there is no other row
        if not isinstance(other.rule, Pick) or (operator == "<" and not isinstance(one.rule, Pick)):
            continue
        if not _may_choose(other, loosen):
            continue  # it is a row that something else decides
        if operator == "<" and not (_leads(plans, one, other) or _alike(one, plans[other.name], loosen)):
            continue
        plans[other.name] = replace(plans[other.name], apart=(one.name, "<>" if operator == "<>" else ">"))
        if operator == "<":
            plans[one.name] = replace(plans[one.name], apart=(other.name, "<"))


def _leads(plans: References, one: ReferencePlan, other: ReferencePlan) -> bool:
    """Whether the second reference chooses among the rows that lie beside the first one's; or let it, the other way.

    So it is with two members of a tenant where nothing but the first of them tells the tenant.
    """
    first, second = one.rule, other.rule
    assert isinstance(first, Pick)
    assert isinstance(second, Pick)
    if second.chain and _leads_by(other, one):
        return True
    if first.chain and first.path is not None and _leads_by(one, other) and second.path is None:
        plans[one.name] = replace(one, rule=second)
        plans[other.name] = replace(other, rule=replace(first, path=(one.name, *first.path[1:])))
        return True
    return False


def _keep_one_way(table: TableFacts, plans: References, loosen: Loosen) -> None:
    """Let pairs of references that are unique in either order be made in one order only, and none of them be NULL.

    The lesser of a value and NULL is the value, so that NULL would be the same as the value once more.
    """
    for pair in filter(None, map(mirrored.pair_of, table.uniques)):
        sides = [p for column in pair for p in plans.values() if column in p.columns]
        if len(sides) != 2 or sides[0].parent != sides[1].parent or sides[0].parent == table.name:
            continue
        for side in sides:
            plans[side.name] = replace(side, null_columns=(), null_share=0)
        one, other = (plans[side.name] for side in sides)
        if one.apart == (other.name, "<>") or _leads_by(one, other) or not isinstance(other.rule, Pick):
            one, other = other, one
        is_open = one.apart is None and other.apart in (None, (one.name, "<>"))
        if is_open and isinstance(other.rule, Pick) and _may_choose(other, loosen):
            plans[other.name] = replace(plans[other.name], apart=(one.name, HALF))


def _leads_by(plan: ReferencePlan, other: ReferencePlan) -> bool:
    """Whether a reference chooses from rows that another one leads to."""
    return isinstance(plan.rule, Pick) and plan.rule.path is not None and plan.rule.path[:1] == (other.name,)


def _lead_alike(table: TableFacts, plans: References, loosen: Loosen) -> None:
    """Let a reference that a check asks to be one of others lead where the first of them leads."""
    for follower, leaders in same_rows(table):
        plan = plans.get(follower)
        leader = next((plans[n] for n in leaders if n in plans and not plans[n].null_columns), None)
        if plan is None or leader is None or not isinstance(plan.rule, Pick) or plan.apart:
            continue
        way = leader.rule.path if isinstance(leader.rule, Pick | Tree) else None
        if follower not in (way or ()) and loosen(follower):
            plans[follower] = replace(plans[follower], rule=Pick((leader.name,), ()))


def _may_choose(plan: ReferencePlan, loosen: Loosen) -> bool:
    """Whether a reference chooses among rows, or may do so, and does not lead where another one does."""
    assert isinstance(plan.rule, Pick)
    return bool(plan.rule.chain) or plan.rule.path is None or loosen(plan.name)


def _alike(one: ReferencePlan, other: ReferencePlan, loosen: Loosen) -> bool:
    """Whether two references choose from the same range, neither by way of the other; or let them, if they may."""
    ways = {(plan.rule.path, plan.rule.chain) for plan in (one, other) if isinstance(plan.rule, Pick)}
    if len(ways) == 1 and not any(step in (one.name, other.name) for way, _ in ways for step in way or ()):
        return True
    loosened = [loosen(plan.name) for plan in (one, other)]
    return all(loosened)
