"""Which rows the references of any rows lead to: owners, choices in a range, trees, pairs in order.

All of it follows from row numbers, so a parent is never looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from designer_kernel.sample.plan import Counter, Owner, Pick, Plan, ReferencePlan, Tree
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.rows import apart, hashing, trees
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Mask, combined

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


def first_row(plan: Plan, chain: tuple[TableName, ...], ancestors: Rows) -> Rows:
    """Return the first row of the first table of ``chain`` under each ancestor; the chain leads up by owners."""
    rows = ancestors
    for name in reversed(chain):
        table = plan.tables[name]
        if table.existing is not None:
            rows = table.existing.start(table.owner, rows)
            continue
        reference = table.references[table.owner]
        rule = reference.rule
        assert isinstance(rule, Owner)
        parent = plan.tables[reference.parent].existing
        if rule.free and parent is not None:
            rows = np.searchsorted(parent.free(name, reference.name), rows, side="left").astype(np.int64)
        rows = rule.fan.start(rows)
    return rows


def rows_of(frame: Frame, plan: ReferencePlan) -> tuple[Rows, Mask | None]:
    """Return the rows that a reference's rule leads to, and where there is none."""
    match plan.rule:
        case Owner(fan, free):
            owners = fan.owner(frame.rows)
            parent = frame.plan.tables[plan.parent].existing
            return (parent.free(frame.name, plan.name)[owners] if free and parent is not None else owners), None
        case Pick():
            return _picked(frame, plan, plan.rule)
        case Tree():
            return _rooted(frame, plan, plan.rule)


def in_order(frame: Frame, plan: ReferencePlan) -> tuple[Rows, Mask | None]:
    """Return the rows of one of two references that a check orders by their keys."""
    assert plan.apart is not None
    pair = (plan.name, plan.apart[0]) if plan.apart[1] in apart.SMALLER else (plan.apart[0], plan.name)
    first, second = (frame.table.references[name] for name in pair)
    (rows, null), (others, no) = frame.shared(
        f"pair {pair[0]}", lambda: (rows_of(frame, first), rows_of(frame, second))
    )
    key = apart.compared_column(first, second)
    ordered = frame.shared(f"order {pair[0]}", lambda: apart.in_order(frame, first, rows, others, key))
    if no is not None and not second.null_columns and first.null_columns:
        null, no = combined(null, no), None  # where there is no pair, the one that may be NULL is
    return ordered[pair.index(plan.name)], (null if plan.name == pair[0] else no)


def _other(frame: Frame, plan: ReferencePlan) -> Rows | None:
    """Return the rows that a reference must not choose, as they are before pairs are put in order."""
    if plan.apart is None or plan.apart[1] == "<" or not apart.is_kept(plan):
        return None
    if plan.apart[1] in (apart.NOT_LAST, apart.NOT_FIRST):
        return None
    if plan.apart[1] in ("<>", apart.AFTER, apart.HALF, *apart.CLIMBING):
        return frame.parent(plan.apart[0]).rows
    return rows_of(frame, frame.table.references[plan.apart[0]])[0]


def _range(frame: Frame, rule: Pick | Tree, plan: ReferencePlan) -> tuple[Any, Any]:
    """Return the first row and the number of rows to choose from, for each row."""
    if rule.path is None:
        return np.int64(0), np.int64(frame.plan.tables[plan.parent].size)
    ancestor = _ancestor(frame, rule.path, plan)
    low = first_row(frame.plan, rule.chain, ancestor)
    return low, first_row(frame.plan, rule.chain, ancestor + 1) - low


def _ancestor(frame: Frame, path: tuple[str, ...], plan: ReferencePlan) -> Rows:
    """Return the rows that a path leads to; by way of the other one of a pair, as it is before these are in order."""
    if plan.apart is None or plan.apart[1] not in apart.SMALLER | apart.LARGER or path[0] != plan.apart[0]:
        return frame.ancestor(path)
    other = frame.table.references[path[0]]
    beside = type(frame)(frame.plan, other.parent, rows_of(frame, other)[0])
    beside.is_parent = True
    return beside.ancestor(path[1:])


def _paired(frame: Frame, plan: ReferencePlan, rule: Pick) -> tuple[Rows, Mask | None]:
    """Return one of two neighbours among the parents, which are shuffled alike for both."""
    assert plan.apart is not None
    assert rule.counter is not None
    size = max(frame.plan.tables[plan.parent].size, 1)
    number = _number(frame, plan, rule.counter)
    turn = hashing.stream(frame.plan.seed, *frame.name, *sorted((plan.name, plan.apart[0])), "pairs") % (1 << 30)
    rows = hashing.permute(2 * number + apart.PLACES[plan.apart[1]], size, turn)
    empty = number >= size // 2
    return rows, (empty if empty.any() else None)


def _picked(frame: Frame, plan: ReferencePlan, rule: Pick) -> tuple[Rows, Mask | None]:
    if plan.apart is not None and plan.apart[1] in apart.PLACES:
        return _paired(frame, plan, rule)
    low, whole = _range(frame, rule, plan)
    other = _other(frame, plan)
    operator = plan.apart[1] if plan.apart is not None else ""
    least = 0 if other is None and operator not in (apart.NOT_LAST, apart.NOT_FIRST) else 1
    empty = np.broadcast_to(whole <= least, len(frame))
    size = apart.room(whole, plan)
    if rule.counter is not None:
        among = rule.counter.among
        shift: Any = 0
        if among == "owner" and (rule.counter.divisor > 1 or not _is_smooth(frame, rule)):
            shift = hashing.below(frame.parent(frame.table.owner).bits(plan.name), 1 << 30)
        if plan.apart is not None and not np.ndim(shift):  # neighbours are no better a pair than others
            turn = hashing.stream(frame.plan.seed, *frame.name, plan.name, "shift") % (1 << 30)
            shift = apart.shift(plan, size, turn)
        if plan.null_columns and not rule.counter.wraps:
            beyond = _number(frame, plan, rule.counter) >= size
            empty = empty | beyond  # more rows than parents: the rest have none
        chosen = hashing.permute(_smooth(frame, plan, rule), size, shift)
    elif operator == apart.AFTER:
        chosen = hashing.stream(frame.plan.seed, *frame.name, plan.name, "step") % (1 << 30) % size
    else:
        bits = frame.bits(plan.name, "pick")
        chosen = hashing.below(bits, size)
        if rule.popular:
            chosen = hashing.below(hashing.mix(bits), chosen + 1)
    if other is not None and operator in apart.CLIMBING:
        found = apart.climbed(frame.bits(plan.name, "pick"), low, whole, other, operator)
    elif other is not None:
        found = apart.stepped(chosen, low, whole, other, operator)
    else:
        found = low + chosen + (operator == apart.NOT_FIRST)
    rows = np.broadcast_to(found, len(frame)).astype(np.int64)
    last = max(frame.plan.tables[plan.parent].size - 1, 0)
    return np.clip(rows, 0, last), (empty if empty.any() else None)


def exhausts(frame: Frame, reference: str) -> bool:
    """Whether a distinct reference has rows whose counter is beyond the parents that there are."""
    plan = frame.table.references[reference]
    assert isinstance(plan.rule, Pick)
    assert plan.rule.counter is not None
    size = apart.room(_range(frame, plan.rule, plan)[1], plan)
    return bool((frame.counted(plan.rule.counter, anew=_is_anew(frame, plan)) >= size).any())


def _is_anew(frame: Frame, plan: ReferencePlan) -> bool:
    """Whether no row that was there before can refer to the same parents: they are new themselves."""
    return frame.plan.tables[plan.parent].existing is None


def in_portion(frame: Frame, portion: tuple[int, int, int]) -> Rows:
    """Return the number of each row among those of a share; -1 for the others."""
    offset, share, total = portion
    place = hashing.permute(frame.numbers % total, total, 0) - offset
    number: Rows = np.where((place >= 0) & (place < share), frame.numbers // total * share + place, -1)
    return number


def _number(frame: Frame, plan: ReferencePlan, counter: Counter) -> Rows:
    """Return how many of the rows that a distinct reference counts lie before each row."""
    if plan.portion is not None:
        return in_portion(frame, plan.portion)
    return frame.counted(counter, anew=_is_anew(frame, plan))


def _smooth(frame: Frame, plan: ReferencePlan, rule: Pick) -> Rows:
    """Return a counter that is distinct within each owner, and goes on from owner to owner to reach all parents."""
    counter = rule.counter
    assert counter is not None
    if plan.portion is not None:
        return np.maximum(in_portion(frame, plan.portion), 0)
    anew = _is_anew(frame, plan)
    if counter.among != "owner" or counter.divisor != 1 or counter.pieces:
        return frame.counted(counter, anew=anew)
    if rule.path is None:
        return frame.rows if anew else frame.numbers
    if not _is_smooth(frame, rule):
        return frame.counted(counter, anew=anew)
    return frame.position("/".join(rule.path), anew=anew)


def _is_smooth(frame: Frame, rule: Pick) -> bool:
    """Whether rows that choose from the same range are neighbours, so that they can be counted on."""
    return rule.path is None or _owned(frame, rule.path)


def _owned(frame: Frame, path: tuple[str, ...]) -> bool:
    name = frame.name
    for step in path:
        table = frame.plan.tables[name]
        if table.owner != step:
            return False
        name = table.references[step].parent
    return bool(path)


def _rooted(frame: Frame, plan: ReferencePlan, rule: Tree) -> tuple[Rows, Mask | None]:
    low, size = _range(frame, rule, plan)
    index = frame.rows - low
    if rule.is_list:
        before = np.where(index == 0, low + size - 1, frame.rows - 1)  # the first refers to the last: a ring
        return before, (index == 0 if rule.has_roots else None)
    is_root = index < trees.roots_of(rule, size)
    earlier = trees.above(rule, index, size, frame.bits(plan.name))
    if rule.has_roots:
        return low + np.minimum(earlier, np.maximum(index - 1, 0)), is_root
    return low + np.where(is_root, index, earlier), None
