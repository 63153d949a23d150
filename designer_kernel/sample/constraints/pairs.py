"""Two references that a check compares (not the same row, one before the other) where keys are about one of them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import handed
from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.plan import Pick, ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName, UniqueRule
from designer_kernel.sample.rows.apart import ABOVE, AFTER, BELOW, HALF, NEXT, NOT_FIRST, NOT_LAST, PLACES, PREVIOUS


class Compared(SamplePlanError):
    """Two references that a check compares are needed for keys, each without the other."""


def settle_pairs(
    table: TableFacts,
    references: dict[str, ReferencePlan],
    solution: Solution,
    parents: Mapping[TableName, TableFacts],
) -> None:
    """Let the reference that a key is not about step aside for the other one: stepping aside may meet a third row.

    If keys are about each of the two, one is NULL where the check would fail, or follows the other at a fixed step.

    Raises
    ------
    Compared
        If both are needed for keys, each without the other.
    """
    for name in tuple(references):
        plan = references[name]
        rule = _alone(table, references, plan, parents)
        if plan.apart is None or rule is None or plan.apart[1] in (NOT_LAST, NOT_FIRST, *PLACES):
            continue
        other = references[plan.apart[0]]
        is_free = (
            isinstance(other.rule, Pick)
            and other.rule.counter is None
            and _alone(table, references, other, parents) is None
        )
        can_step = bool(other.null_columns) or not plan.null_columns
        if plan.apart[1] == "<>" and is_free and can_step:
            references[plan.name] = replace(plan, apart=None)
            references[other.name] = replace(other, apart=(plan.name, "<>"))
            continue
        pairs = ((plan, other), (other, plan))
        if plan.apart[1] != HALF and any(_step_out(references, solution.not_null, *pair) for pair in pairs):
            continue
        follower = next((one for one, two in pairs if _follow(table, references, one, two)), None)
        if follower is not None:
            implied = {f"{table.label}.{r.name}" for r in table.uniques if set(follower.columns) & set(r.keys)}
            solution.limits[:] = [limit for limit in solution.limits if limit.constraint not in implied]
        else:
            raise Compared(
                f"a check compares {plan.name} with {other.name}, and keys are about one without the other",
                where=f"{table.label}.{rule.name}",
                mend="drop the check or the key, or leave the table out",
            )


def _step_out(
    references: dict[str, ReferencePlan], not_null: AbstractSet[str], plan: ReferencePlan, other: ReferencePlan
) -> bool:
    """Let a reference be NULL where a check would fail otherwise, if it may."""
    if not plan.null_columns or plan.turn or plan.presence or set(plan.columns) & not_null:
        return False
    turned = {"<": ">", ">": "<"}
    said = plan.apart[1] if plan.apart else turned.get(other.apart[1], "<>") if other.apart else "<>"
    references[plan.name] = replace(plan, apart=(other.name, f"NULL unless {said}"))
    references[other.name] = replace(other, apart=None)
    return True


def climbing(
    table: TableFacts, references: Mapping[str, ReferencePlan], parents: Mapping[TableName, TableFacts]
) -> tuple[TableFacts, dict[str, ReferencePlan]] | None:
    """Return ordered pairs of references as one and another that lies behind it, and the keys that are left to keep.

    That presumes that keys of the parent rise from row to row, as numbers and times do.
    """
    result, kept = dict(references), table
    for plan in references.values():
        if plan.apart is None or plan.apart[1] != "<":
            continue
        low, high = plan, references[plan.apart[0]]
        if low.null_columns or high.null_columns or not _rise(low, parents):
            return None
        for first, second, free, step, end in (
            (low, high, ABOVE, NEXT, NOT_LAST),
            (high, low, BELOW, PREVIOUS, NOT_FIRST),
        ):
            about = [r for r in table.uniques if set(second.columns) & set(r.keys)]
            if about and not _implied(table, second, first):
                continue
            result[first.name] = replace(first, apart=(second.name, end))
            result[second.name] = replace(second, apart=(first.name, step if about else free))
            kept = replace(kept, uniques=tuple(r for r in kept.uniques if r not in about))
            break
        else:
            return None
    return (kept, result) if result != references else None


def _rise(plan: ReferencePlan, parents: Mapping[TableName, TableFacts]) -> bool:
    """Whether the keys that a reference copies are numbers or times of the parent's own."""
    parent = parents.get(plan.parent)
    if parent is None or not isinstance(plan.rule, Pick):
        return False
    copied = {column for key in parent.foreign_keys for column in key.columns}
    own = [parent.columns[c] for c in plan.parent_columns if c not in copied]
    return bool(own) and all(c.form.kind in ("integer", "numeric", "date", "timestamp") for c in own)


def _implied(table: TableFacts, plan: ReferencePlan, other: ReferencePlan) -> bool:
    """Whether all keys about a reference follow from others, once it tells another reference and that tells it."""
    own, known = set(plan.columns), set(other.columns)
    sound = [set(r.keys) for r in table.uniques if not own & set(r.keys) and not r.predicate]
    about = [set(r.keys) for r in table.uniques if own & set(r.keys)]
    return all(any(key <= keys - own | known for key in sound) for keys in about)


def _follow(table: TableFacts, references: dict[str, ReferencePlan], plan: ReferencePlan, other: ReferencePlan) -> bool:
    """Let a reference be a fixed step after the other one, round the ring, if all its keys then follow from others.

    So the two are different rows, and each tells the other: what keeps rows apart by one does so by the other as well.
    """
    rule, theirs = plan.rule, other.rule
    if "<>" not in (plan.apart or other.apart or ("", ""))[1] or not isinstance(rule, Pick):
        return False
    in_range = isinstance(theirs, Pick) and (theirs.path, theirs.chain) == (rule.path, rule.chain)
    if rule.path is not None and not in_range:
        return False
    if not _implied(table, plan, other):
        return False
    references[plan.name] = replace(plan, apart=(other.name, AFTER), rule=replace(rule, counter=None, popular=False))
    references[other.name] = replace(other, apart=None)
    return True


def _alone(
    table: TableFacts,
    references: dict[str, ReferencePlan],
    plan: ReferencePlan,
    parents: Mapping[TableName, TableFacts],
) -> UniqueRule | None:
    """Return a key that is kept by a reference without the one that it is compared with."""
    if plan.apart is None or not isinstance(plan.rule, Pick) or plan.rule.counter is None:
        return None
    own, other = set(plan.columns), references[plan.apart[0]]
    about = (set(r.keys) for r in table.uniques)
    told = {frozenset(k) for k in about if set(other.columns) <= k or handed.told_by(k, [other], parents)}
    return next((r for r in table.uniques if own <= set(r.keys) and frozenset(r.keys) not in told), None)
