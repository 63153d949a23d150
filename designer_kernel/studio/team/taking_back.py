"""Taking back one change of many, field by field, so that what others did since stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from designer_kernel.design import bends, integrity
from designer_kernel.design.design import Design
from designer_kernel.design.problems import invalid
from designer_kernel.errors import DesignerError
from designer_kernel.store.design_rows import Patch, Row, head_of, patched, rows_of
from designer_kernel.studio.merging import MergeConflict, errors_of, refuse_contradiction

_MEND: Final = "look at the design as it is now, and change it by hand"

_PLACE: Final = frozenset({"position", *bends.FIELDS})

Fields = dict[str, Any]


def taken_back(design: Design, delta: Fields, inverse: Fields, label: str, earlier: Callable[[], Design]) -> Design:
    """Return a design without a change that was made to it before.

    Parameters
    ----------
    delta, inverse
        The rows that the change wrote, and what these were before.
    earlier
        Returns the design before the change; it is asked only if something is wrong, which it may have been then.

    Raises
    ------
    MergeConflict
        If something that it changed is no longer as it left it, or does not fit any more.
    """
    forth, back = Patch.of_json(delta), Patch.of_json(inverse)
    about = forth.ids | back.ids
    now = {row.id: row for row in rows_of(design) if row.id in about}
    after, before = {row.id: row for row in forth.put}, {row.id: row for row in back.put}
    put: list[Row] = []
    gone = [now[key] for key in after.keys() - before.keys() if _is_as_left(now.get(key), after[key], label)]
    for key, old in before.items():
        row = _put_back(old, after.get(key), now.get(key), label)
        if row != now.get(key):
            put.append(row)
    _refuse_orphans(design, {row.id for row in gone}, label)
    head = None
    if forth.head is not None and back.head is not None:
        head = _fields_back(back.head, forth.head, head_of(design), label, "the design")
    try:
        result = patched(design, Patch(head, tuple(put), tuple((row.table, row.id) for row in gone)))
        integrity.check(result)
    except ValidationError as error:
        raise _conflict(label, invalid(error).what) from error
        refuse_contradiction(design, result)
    except DesignerError as error:
        raise _conflict(label, error.what) from error
    if (wrong := errors_of(result) - errors_of(design)) and (wrong := wrong - errors_of(earlier())):
        raise _conflict(label, f"without it the design is wrong: {min(wrong)}")
    return result


def _refuse_orphans(design: Design, gone: set[UUID], label: str) -> None:
    """Refuse to take attributes along that others have added since to an entity that would go."""
    for entity in design.entities:
        if entity.id in gone and any(attribute.id not in gone for attribute in entity.attributes):
            raise _conflict(label, f"entity {entity.name} has been changed since")


def _is_as_left(now: Row | None, left: Row, label: str) -> bool:
    """Whether something that the change brought is there, so that it can go.

    Raises
    ------
    MergeConflict
        If others have changed or removed it since.
    """
    if now is None or _without_place(now.definition) != _without_place(left.definition):
        raise _conflict(label, f"{_called(left)} has been changed since")
    return True


def _put_back(old: Row, left: Row | None, now: Row | None, label: str) -> Row:
    """Return a row as it was before the change, but for what others did to it since."""
    if left is None:
        if now is not None:
            raise _conflict(label, f"{_called(old)} is there again")
        return old
    if now is None:
        raise _conflict(label, f"{_called(left)} has been removed since")
    if old.table != now.table or old.entity_id != left.entity_id:
        if now != left:
            raise _conflict(label, f"{_called(left)} has been changed since")
        return old
    definition = _fields_back(old.definition, left.definition, now.definition, label, _called(now))
    ordinal = old.ordinal if now.ordinal == left.ordinal else now.ordinal
    return Row(now.table, now.id, definition, now.entity_id, ordinal, now.collection)


def _fields_back(old: Fields, left: Fields, now: Fields, label: str, what: str) -> Fields:
    result = dict(now)
    for name in old.keys() | left.keys():
        if old.get(name) == left.get(name):
            continue
        if now.get(name) != left.get(name):
            raise _conflict(label, f"{name} of {what} has been changed since")
        if name in old:
            result[name] = old[name]
        else:
            result.pop(name, None)
    return result


def _without_place(definition: Fields) -> Fields:
    return {name: value for name, value in definition.items() if name not in _PLACE}


def _called(row: Row) -> str:
    kind = {"entities": "entity", "attributes": "attribute", "relationships": "relationship"}
    return f"{kind.get(row.table, row.collection)} {row.definition.get('name') or row.id}"


def _conflict(label: str, why: str) -> MergeConflict:
    return MergeConflict(f"{label!r} cannot be taken back: {why}", where=label, mend=_MEND)
