"""Edits as Python: what a person would type in a cell to make the same change of the same design again.

The notebook's own calls are written where they say all of an edit; otherwise the edit is written as the value it is.
Identities are part of it, so that what is made again is the same, and later edits find it.
"""

from __future__ import annotations

import pprint
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design import edits
from designer_kernel.design.relationship import Relationship
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.attribute_line import parse_line, write_line

if TYPE_CHECKING:
    from uuid import UUID

    from designer_kernel.design import Design
    from designer_kernel.design.edits import Edit
    from designer_kernel.design.values import Value

IMPORT: Final = "from designer_kernel.design import edits\n\n"

_WIDTH: Final = 96
_KINDS: Final = {"ONE_TO_ONE": ("1", "0..1"), "ONE_TO_MANY": ("1", "N"), "MANY_TO_MANY": ("N", "N")}
"""Cardinalities that `project.relate` gives relationships of a kind."""


def code_of(edit: Edit, before: Design | None = None) -> str:
    """Return Python that makes an edit in a cell where ``project`` is the project.

    Parameters
    ----------
    edit
        The edit.
    before
        The design that it was made on: its names make the code shorter.
    """
    short = None if before is None else _call(edit, before)
    return f"project.{short}" if short else f"{IMPORT}project.apply({_value(edit)})"


def _call(edit: Edit, design: Design) -> str:
    """Return the call of the notebook's interface that is this edit; empty if none is."""
    match edit:
        case edits.AddEntity():
            return _add_entity(edit)
        case edits.AddRelationship():
            return _relate(edit.relationship, design)
        case edits.AddAttribute():
            return _add_attribute(edit, _entity(design, edit.entity_id))
        case edits.RenameEntity() | edits.RenameAttribute():
            return _of(edit, design, f"rename({edit.name!r})")
        case edits.ChangeEntity() | edits.ChangeAttribute():
            return _of(edit, design, f"change({_arguments(_data(edit)['changes'])})")
        case edits.RemoveEntity() | edits.RemoveAttribute():
            return _of(edit, design, "remove(cascade=True)" if edit.cascade else "remove()")
        case edits.MoveAttribute():
            return _of(edit, design, f"move({edit.position})")
        case edits.RemoveTrait():
            return _of(edit, design, f"remove_trait({str(edit.trait)!r})")
        case _:
            return ""


def _of(edit: Any, design: Design, call: str) -> str:
    """Return a call of what an edit is about: an entity, or one of its attributes."""
    place = _entity(design, edit.entity_id)
    key = getattr(edit, "attribute_id", None)
    if place and key is not None:
        found = design.entity(edit.entity_id).attribute(key)
        place = f"{place}.attributes[{found.name!r}]" if found is not None else ""
    return f"{place}.{call}" if place else ""


def _add_entity(edit: edits.AddEntity) -> str:
    entity = edit.entity
    if "." in entity.name:
        return ""
    data = _data(entity)
    name = f"{entity.schema_name}.{entity.name}" if entity.schema_name else entity.name
    rest = {field: value for field, value in data.items() if field not in ("name", "schema_name")}
    return f"add_entity({name!r}, {_arguments(rest)})"


def _add_attribute(edit: edits.AddAttribute, place: str) -> str:
    line, wanted = write_line(edit.attribute), edit.attribute
    try:
        is_whole = parse_line(line).replace(id=wanted.id, description=wanted.description) == wanted
    except DesignerError:
        is_whole = False
    if not place or not is_whole:
        return ""
    more = {"position": edit.position, "description": wanted.description, "id": str(wanted.id)}
    told = {name: value for name, value in more.items() if value not in (None, "")}
    return f"{place}.attributes.add({line!r}, {_arguments(told)})"


def _relate(one: Relationship, design: Design) -> str:
    ends = [_name(design, key) for key in (one.source_entity_id, one.target_entity_id)]
    if not all(ends):
        return ""
    data = _data(one)
    kind = str(one.relationship_type.value)
    for field in (
        "source_entity_id",
        "target_entity_id",
        "relationship_type",
        "source_cardinality",
        "target_cardinality",
    ):
        data.pop(field, None)
    cardinalities = (one.source_cardinality.value, one.target_cardinality.value)
    for field, value, usual in zip(("source_cardinality", "target_cardinality"), cardinalities, _KINDS[kind],
                                   strict=True):  # fmt: skip
        data |= {field: value} if value != usual else {}
    return f"relate({ends[0]!r}, {ends[1]!r}, {kind.lower()!r}, {_arguments(data)})"


def _entity(design: Design, key: UUID) -> str:
    name = _name(design, key)
    return f"entities[{name!r}]" if name else ""


def _name(design: Design, key: UUID) -> str:
    """Return the name that leads to an entity and to no other; empty if there is none."""
    found = design.find_entity(key)
    if found is None:
        return ""
    name = design.qualified_name(found)
    same = [one for one in design.entities if design.qualified_name(one) == name]
    is_found = len(same) == 1 and design.find_entity(name) is found
    return name if is_found else ""


def _value(edit: Edit) -> str:
    """Return an edit as the call that makes its value."""
    if isinstance(edit, edits.Compound):
        parts = "".join(f"    {_indented(_value(part))},\n" for part in edit.edits)
        return f"edits.Compound(label={edit.label!r}, edits=(\n{parts}))"
    data = _data(edit)
    data.pop("kind", None)
    return f"edits.{type(edit).__name__}({_arguments(data)})"


def _data(value: Value) -> dict[str, Any]:
    """Return what a value says beyond what it would be anyway; ``kind`` says which of several kinds it is."""
    told: dict[str, Any] = _with_kinds(
        value.model_dump(mode="json"), value.model_dump(mode="json", exclude_defaults=True)
    )
    return told


def _with_kinds(whole: Any, told: Any) -> Any:
    if isinstance(told, dict):
        kind = {"kind": whole["kind"]} if "kind" in whole else {}
        return kind | {name: _with_kinds(whole[name], value) for name, value in told.items()}
    if isinstance(told, list):
        return [_with_kinds(one, other) for one, other in zip(whole, told, strict=True)]
    return told


def _arguments(values: Mapping[str, Any]) -> str:
    """Return keyword arguments; all that is text is a literal of Python."""
    told = [f"{name}={_literal(value)}" for name, value in values.items()]
    line = ", ".join(told)
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return "\n" + "".join(f"    {_indented(one)},\n" for one in told)


def _literal(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _WIDTH else pprint.pformat(value, width=_WIDTH, sort_dicts=False)


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
