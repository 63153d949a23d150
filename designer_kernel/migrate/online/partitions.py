"""Partitions: detached while others work, and attached after a check has read the rows.

A check that says what the bounds say spares the server reading the rows once more under a lock. It is written for
lists, and for ranges of one column; other tables are attached as ever, and keep their hazard.
"""

from __future__ import annotations

from typing import Any

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.spelling import bracketed, closing, dollar_quote
from designer_kernel.migrate.effects import Effect, LockMode, Relation
from designer_kernel.migrate.online.names import chosen_name
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, facts_risks, parsed, path_of, regclass
from designer_kernel.migrate.steps import Step


def detached(parent: Relation, action: Any, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of ``DETACH PARTITION``; ``None`` if it stays as it is."""
    command = getattr(action, "def").partition_cmd
    part = path_of(command.name)
    table = way.before.get(table_id(*part))
    above = way.before.get(table_id(*parent))
    siblings = way.before.having(Table, "partition_of", parent)
    if not isinstance(table, Table) or not isinstance(above, Table) or table.partition_of != parent:
        return None
    if command.concurrent or any(each.bound == "DEFAULT" for each in siblings):
        return None
    path, child = quote_path(*parent), quote_path(*part)
    pending = f"inhrelid = {regclass(*part)} AND inhparent = {regclass(*parent)}"
    finalize = f"ALTER TABLE {path} DETACH PARTITION {child} FINALIZE"
    block = (
        f"IF EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE {pending} AND inhdetachpending) THEN\n"
        f"        {finalize};\n    END IF;"
    )
    detaching = way.alone(
        step.action,
        step.facts,
        f"ALTER TABLE {path} DETACH PARTITION {child} CONCURRENTLY",
        settled=f"SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE {pending})",
        clearing=(f"DO {dollar_quote(f'BEGIN {block} END')}",),
        done=[Effect(parent, LockMode.SHARE_UPDATE_EXCLUSIVE), Effect(part, LockMode.ACCESS_EXCLUSIVE)],
        risks=facts_risks(step),
    )
    # The server leaves a check behind that says what the bounds said.
    gone = f"ALTER TABLE {child}\n    DROP CONSTRAINT IF EXISTS {quote(_left_behind(above, table, way))}"
    return Rewritten(here=(detaching, Piece(way.step(step.action, step.facts, gone))))


def attached(sql: str, parent: Relation, action: Any, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of ``ATTACH PARTITION`` of a table with rows; ``None`` if it stays as it is."""
    part = path_of(getattr(action, "def").partition_cmd.name)
    table, above = (way.after.get(table_id(*each)) for each in (part, parent))
    siblings = way.after.having(Table, "partition_of", parent)
    if not isinstance(table, Table) or not isinstance(above, Table) or not way.holds_rows(part):
        return None
    expression = _bounds(above.partition_by, table.bound)
    if not expression or any(each.bound == "DEFAULT" for each in siblings):
        return None
    child, name = quote_path(*part), way.free_name(part[0], f"{part[1]}_bounds")
    tables = way.below(part)
    strong = [Effect(each, LockMode.ACCESS_EXCLUSIVE) for each in tables]
    reading = [Effect(each, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True) for each in tables]
    adding = f"ALTER TABLE {child}\n    ADD CONSTRAINT {quote(name)} CHECK ({expression}) NOT VALID"
    checking = f"ALTER TABLE {child}\n    VALIDATE CONSTRAINT {quote(name)}"
    dropping = f"ALTER TABLE {child}\n    DROP CONSTRAINT {quote(name)}"
    others = [effect for effect in way.effects([sql]) if effect.relation not in tables]
    attaching = way.step(step.action, step.facts, sql, dropping, done=[*others, *strong])
    return Rewritten(
        here=(
            Piece(way.step("alter", step.facts, adding, done=strong)),
            Piece(way.step("validate", step.facts, checking, done=reading, risks=facts_risks(step))),
            Piece(attaching),
        )
    )


def _left_behind(parent: Table, part: Table, way: Way) -> str:
    """Return the name of the check that detaching leaves on a table."""
    keys = _keys(parent.partition_by)
    column = keys[0] if len(keys) == 1 and _is_column(keys[0]) else ""
    taken = {key.path[-1] for key in way.before if key.kind == "constraint" and key.path[0] == part.schema}
    label, number = "check", 0
    while (name := chosen_name(part.name, _plain(column), label)) in taken:
        number += 1
        label = f"check{number}"
    return name


def _keys(partition_by: str) -> tuple[str, ...]:
    begin = partition_by.find("(")
    return bracketed(partition_by, begin) if begin >= 0 else ()


def _is_column(key: str) -> bool:
    _, node = parsed(f"CREATE INDEX ON t ({key})")
    element = node.index_params[0].index_elem if node is not None else None
    return element is not None and bool(element.name) and key == quote(element.name)


def _plain(key: str) -> str:
    _, node = parsed(f"CREATE INDEX ON t ({key})") if key else ("", None)
    return node.index_params[0].index_elem.name if node is not None else ""


def _bounds(partition_by: str, bound: str) -> str:
    """Return what the bounds of a partition say of its rows; empty if that is not to be said plainly."""
    keys = _keys(partition_by)
    if len(keys) != 1 or not _is_column(keys[0]):
        return ""
    key = keys[0]
    if bound.startswith("FOR VALUES IN "):
        values = bracketed(bound, bound.index("("))
        return "" if "NULL" in values else f"{key} IS NOT NULL AND {key} IN ({', '.join(values)})"
    if not bound.startswith("FOR VALUES FROM "):
        return ""
    first = bound.index("(")
    last = bound.index("(", closing(bound, first))
    (low,), (high,) = bracketed(bound, first), bracketed(bound, last)
    said = [f"{key} IS NOT NULL"]
    said += [f"{key} >= {low}"] if low != "MINVALUE" else []
    said += [f"{key} < {high}"] if high != "MAXVALUE" else []
    return " AND ".join(said)
