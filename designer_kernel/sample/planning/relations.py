"""How tables hang together: which reference owns a table's rows, and in which order tables can be thought of."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.sample.constraints.conditions import read_all
from designer_kernel.sample.constraints.mirrored import pair_of
from designer_kernel.sample.constraints.nodes import (
    Call,
    Compare,
    Expr,
    IsNull,
    Name,
    Not,
    Some,
)
from designer_kernel.sample.planning.facts import TableFacts, TableName

Facts = Mapping[TableName, TableFacts]


def parent_of(key: ForeignKey) -> TableName:
    """Return the table that a foreign key points to."""
    return (key.referenced_schema, key.referenced_table)


def is_required(table: TableFacts, key: ForeignKey) -> bool:
    """Whether every row must have the reference: none of its columns may be NULL."""
    return all(table.columns[c].not_null for c in key.columns)


def owners(facts: Facts, asked: Mapping[TableName, TableName] | None = None) -> dict[TableName, ForeignKey]:
    """Return the reference that each table's rows are laid out under; roots have none. Owners never form a circle.

    A table whose key shares columns with other references (a tenant's key in a composite foreign key) must lie under
    the table where that column comes from, so that "its rows in this tenant" is a range. Where there is a choice,
    ``asked`` says under which table the rows of another are to lie.
    """
    needed = _shared_key_columns(facts)
    chosen: dict[TableName, ForeignKey] = {}
    in_order = {n: _in_order(table) for n, table in facts.items()}
    wanted = asked or {}
    ranked = sorted(
        (
            (_score(facts, table, key, needed, wanted.get(table.name)), table.name, key)
            for table in facts.values()
            for key in table.foreign_keys
        ),
        key=lambda item: (tuple(-s for s in item[0]), item[1], item[2].name),
    )
    for _, name, key in ranked:
        parent = parent_of(key)
        if key.name in in_order[name]:
            continue  # which of two rows it refers to follows from their keys
        if in_order[name] and _is_shared(facts[name], key, in_order[name]):
            continue  # any row may be the first of a pair, and tells the tenant of both
        if name in chosen or parent not in facts or not is_required(facts[name], key):
            continue
        if not _leads_to(chosen, parent, name):
            chosen[name] = key
    return chosen


def _in_order(table: TableFacts) -> set[str]:
    """Return the foreign keys of pairs that are in order, and of pairs of a tenant that are unique in either order."""
    ordered = {name for *pair, operator in compared(table) if operator != "<>" for name in pair}
    columns = {column for rule in table.uniques for column in pair_of(rule) or ()}
    return ordered | {key.name for key in table.foreign_keys if len(key.columns) > 1 and columns & set(key.columns)}


def _is_shared(table: TableFacts, key: ForeignKey, pairs: AbstractSet[str]) -> bool:
    """Whether both of two references in order hold the columns of a key, and unique keys have nothing but theirs."""
    sides = [set(other.columns) for other in table.foreign_keys if other.name in pairs]
    held = set.intersection(*sides) if sides else set()
    both = set.union(*sides) if sides else set()
    wholes = ({*(pair_of(rule) or ()), *rule.keys} for rule in table.uniques if not rule.predicate)
    return set(key.columns) <= held and any(both <= whole for whole in wholes)


def compared(table: TableFacts) -> list[tuple[str, str, str]]:
    """Return the pairs of foreign keys to one table that a check compares, each with "<>", or "<" between the two."""
    found = []
    for part in read_all(text for _, text in table.checks):
        match part:
            case Call("is distinct from", (left, right)):
                side = Compare("<>", left, right)
            case Compare("<>" | "<" | "<="):
                side = part
            case Compare(">" | ">="):
                side = part.flipped()
            case _:
                continue
        left, right = _uncast(table, side.left), _uncast(table, side.right)
        if isinstance(left, Name) and isinstance(right, Name):
            keys = [_referring(table, name.column) for name in (left, right)]
            if keys[0] and keys[1] and keys[0][1:] == keys[1][1:] and keys[0] != keys[1]:
                found.append((keys[0][0], keys[1][0], "<>" if side.operator == "<>" else "<"))
    return found


def same_rows(table: TableFacts) -> list[tuple[str, tuple[str, ...]]]:
    """Return the foreign keys that a check asks to lead to the same row as one of others: the winner is a player.

    Each comes with those others; what is compared must be whole keys of one table.
    """
    found = []
    for part in read_all(text for _, text in table.checks):
        tests = part.parts if isinstance(part, Some) else (part,)
        pairs = [_compared_keys(table, test) for test in tests if not _is_guard(test)]
        if not pairs or None in pairs:
            continue
        common = set.intersection(*(set(pair) for pair in pairs if pair))
        for follower in sorted(common)[:1] if len(pairs) > 1 else sorted(common)[1:]:
            leaders = tuple(name for pair in pairs if pair for name in pair if name != follower)
            found.append((follower, leaders))
    return found


def _is_guard(test: Expr) -> bool:
    """Whether a part of a check lets NULL pass."""
    return isinstance(test, IsNull) and isinstance(test.part, Name)


def _compared_keys(table: TableFacts, test: Expr) -> tuple[str, str] | None:
    """Return the foreign keys whose columns a test asks to be equal."""
    match test:
        case Compare("=", left, right) | Not(Call("is distinct from", (left, right))):
            sides = [_uncast(table, side) for side in (left, right)]
            if all(isinstance(side, Name) for side in sides):
                keys = [_referring(table, side.column) for side in sides if isinstance(side, Name)]
                if keys[0] and keys[1] and keys[0][1:] == keys[1][1:] and keys[0] != keys[1]:
                    return keys[0][0], keys[1][0]
    return None


def _uncast(table: TableFacts, expr: Expr) -> Expr:
    """Return a column inside of a cast that changes nothing, as the server writes it around domains of integers."""
    match expr:
        case Call("integer", (Name(column) as inner,)) if column in table.columns:
            return inner if table.columns[column].form.kind == "integer" else expr
    return expr


def _referring(table: TableFacts, column: str) -> tuple[str, TableName, str] | None:
    """Return the one foreign key that a column belongs to, with the table and the column that it refers to."""
    keys = [k for k in table.foreign_keys if column in k.columns]
    if len(keys) != 1 or parent_of(keys[0]) == table.name:
        return None
    return keys[0].name, parent_of(keys[0]), keys[0].referenced_columns[keys[0].columns.index(column)]


def _leads_to(chosen: Mapping[TableName, ForeignKey], start: TableName, goal: TableName) -> bool:
    name: TableName | None = start
    while name is not None:
        if name == goal:
            return True
        name = parent_of(chosen[name]) if name in chosen else None
    return False


def _shared_key_columns(facts: Facts) -> dict[TableName, set[str]]:
    """Return, for each table, the referenced columns that must agree with another reference of the child."""
    needed: dict[TableName, set[str]] = {name: set() for name in facts}
    for table in facts.values():
        for key in table.foreign_keys:
            elsewhere = {c for other in table.foreign_keys if other.name != key.name for c in other.columns}
            if parent_of(key) in needed and len(key.columns) > 1:
                pairs = zip(key.columns, key.referenced_columns, strict=True)
                needed[parent_of(key)] |= {there for here, there in pairs if here in elsewhere}
    return needed


def _score(
    facts: Facts,
    table: TableFacts,
    key: ForeignKey,
    needed: Mapping[TableName, set[str]],
    wanted: TableName | None,
) -> tuple[int, ...]:
    carried = len(needed[table.name] & set(key.columns))
    named = is_part(table, key)
    in_key = any(set(key.columns) <= set(rule.keys) for rule in table.uniques)
    is_single = any(set(rule.keys) <= set(key.columns) and not rule.predicate for rule in table.uniques)
    is_wanted = parent_of(key) == wanted
    return (
        carried,
        int(is_wanted),
        int(is_single),
        int(named),
        len(key.columns),
        int(in_key),
        int(key.on_delete == "CASCADE"),
    )


def is_part(table: TableFacts, key: ForeignKey) -> bool:
    """Whether a table is named after the one that a key points to: ``order_items`` are parts of ``orders``."""
    parent = key.referenced_table
    singular = {parent, parent.rstrip("s"), parent.removesuffix("ies") + "y", parent.removesuffix("es")}
    return any(table.name[1].startswith(form + "_") for form in singular)


def order(facts: Facts, owned: Mapping[TableName, ForeignKey]) -> tuple[TableName, ...]:
    """Return the tables with parents before children; circles are broken at references that are no owner's."""
    result: list[TableName] = []
    state: dict[TableName, int] = {}

    def visit(name: TableName) -> None:
        if name in state:
            return
        state[name] = 1
        keys = sorted(facts[name].foreign_keys, key=lambda k: (not is_required(facts[name], k), k.name))
        if name in owned:
            keys.insert(0, owned[name])
        for key in keys:
            if parent_of(key) in facts and parent_of(key) != name:
                visit(parent_of(key))
        result.append(name)

    for name in sorted(facts, key=lambda n: (_depth(n, owned), n)):
        chain = [name]
        while chain[-1] in owned and parent_of(owned[chain[-1]]) not in chain:
            chain.append(parent_of(owned[chain[-1]]))
        for ancestor in reversed(chain):
            visit(ancestor)
    return tuple(result)


def _depth(name: TableName, owned: Mapping[TableName, ForeignKey]) -> int:
    depth = 0
    while name in owned:
        name = parent_of(owned[name])
        depth += 1
    return depth
