"""What may go wrong with columns that come, and with values that become values of another type."""

from __future__ import annotations

from collections.abc import Iterator

import postgast

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.migrate.conversion import by_text, is_safe
from designer_kernel.migrate.effects.defaults import is_steady
from designer_kernel.migrate.hazards import numbering
from designer_kernel.migrate.hazards.conversions import misfits
from designer_kernel.migrate.hazards.naming import Hazard


def added(new: Column, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of a new column of a table that is there."""
    default = change.after.get(ObjectId("default", new.id.path))
    is_given = bool(isinstance(default, Default) or new.identity or new.generated or new.inherited)
    if new.not_null and not is_given and table_id(new.schema, new.table) in change.before:
        yield Hazard(
            "may_fail", new.id, "it has no default, so that rows that are there would have no value",
            f"SELECT * FROM {quote_path(new.schema, new.table)}",
        )  # fmt: skip


def filled(new: Default, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of the default of a new column."""
    column = change.after.get(new.parent)
    if table_id(new.schema, new.table) not in change.before or not isinstance(column, Column):
        return
    try:
        parsed = postgast.parse(f"SELECT {new.expression}").stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except UNPARSED:
        return
    if not is_steady(parsed, change.after):
        yield Hazard("volatile_default", column.id, f"{new.expression} gives each row a value of its own, drawn then")


def altered(old: Column, new: Column, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of another type, identity or expression of a column."""
    if old.type != new.type:
        yield from _retyped(old, new, change)
    if new.identity and not old.identity:
        yield from numbering.begun(new, change)


def _retyped(old: Column, new: Column, change: Change) -> Iterator[Hazard]:
    how = f"from {old.type} to {new.type}"
    gone = _labels(old, change.before) - _labels(new, change.after) if _labels(new, change.after) else set()
    given = change.using.get(new.id)
    if given is not None and given != by_text(old, new):
        yield Hazard("conversion", new.id, f"{how}, by {given}")
        if gone:
            yield Hazard(
                "enum_value", new.id, f"the values {', '.join(sorted(gone))} become others", _having(old, gone)
            )
        return
    if gone:
        reason = f"rows with {', '.join(sorted(gone))} cannot be converted: the type has no such value any more"
        yield Hazard("enum_value", new.id, reason, _having(old, gone))
        return
    misfit = misfits(old, new, change)
    if misfit is not None and not is_safe(old, new, change.before, change.after):
        yield Hazard("conversion", new.id, f"{how}: {misfit.reason}", misfit.query)


def _labels(column: Column, catalog: Catalog) -> set[str]:
    """Return the values of a column whose type is an enum, or an array of one."""
    name = column.type.removesuffix("[]")
    enums = (enum for enum in catalog.of(Enum) if quote_path(enum.schema, enum.name) == name)
    return {label for enum in enums for label in enum.labels}


def _having(column: Column, labels: set[str]) -> str:
    name, table = quote(column.name), quote_path(column.schema, column.table)
    wanted = f"ARRAY[{', '.join(literal(label) for label in sorted(labels))}]"
    if column.type.endswith("[]"):
        return f"SELECT {name} FROM {table} WHERE {name}::text[] && {wanted}"
    return f"SELECT {name} FROM {table} WHERE {name}::text = ANY ({wanted})"


def swapped(new: Enum, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of an enum that takes the place of another one, which was given another name for that."""
    for old in change.before.of(Enum):
        is_former = old.schema == new.schema and old.name.startswith(f"{new.name}__old") and old.id not in change.after
        gone = [label for label in old.labels if label not in new.labels]
        if is_former and gone:
            yield Hazard("enum_value", new.id, f"the values {', '.join(gone)} go")
