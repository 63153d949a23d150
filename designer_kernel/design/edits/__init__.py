"""Every change of a design, as a value; `apply` is pure.

>>> from designer_kernel.design import Design, Entity
>>> design = apply(Design(name="shop"), AddEntity(entity=Entity(name="products")))
>>> [entity.name for entity in design.entities]
['products']
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from designer_kernel.design import integrity
from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit
from designer_kernel.design.edits.attributes import (
    AddAttribute,
    ChangeAttribute,
    MoveAttribute,
    RemoveAttribute,
    RenameAttribute,
)
from designer_kernel.design.edits.bends import BendLine
from designer_kernel.design.edits.compound import Compound
from designer_kernel.design.edits.designs import ChangeDesign, ReplaceDesign
from designer_kernel.design.edits.entities import AddEntity, ChangeEntity, RemoveEntity, RenameEntity
from designer_kernel.design.edits.items import PutItems
from designer_kernel.design.edits.layout import MoveNodes
from designer_kernel.design.edits.membership import ChangeMembers
from designer_kernel.design.edits.objects import AddObject, ChangeObject, RemoveObject
from designer_kernel.design.edits.parts import AddPart, ChangePart, RemovePart
from designer_kernel.design.edits.relationships import AddRelationship, ChangeRelationship, RemoveRelationship
from designer_kernel.design.edits.sample import SetSampleHints
from designer_kernel.design.edits.traits import RemoveTrait, SetTrait
from designer_kernel.design.problems import invalid
from designer_kernel.errors import InvalidDesign

AnyEdit = Annotated[
    AddEntity
    | RemoveEntity
    | RenameEntity
    | ChangeEntity
    | AddAttribute
    | RemoveAttribute
    | RenameAttribute
    | ChangeAttribute
    | MoveAttribute
    | AddRelationship
    | ChangeRelationship
    | RemoveRelationship
    | SetTrait
    | RemoveTrait
    | AddPart
    | ChangePart
    | RemovePart
    | AddObject
    | ChangeObject
    | RemoveObject
    | ChangeMembers
    | MoveNodes
    | BendLine
    | ChangeDesign
    | PutItems
    | ReplaceDesign
    | SetSampleHints
    | Compound,
    Field(discriminator="kind"),
]

Compound.model_rebuild(_types_namespace={"AnyEdit": AnyEdit})
_EDITS: TypeAdapter[Edit] = TypeAdapter(AnyEdit)

__all__ = [
    "AddAttribute",
    "AddEntity",
    "AddObject",
    "AddPart",
    "AddRelationship",
    "AnyEdit",
    "BendLine",
    "ChangeAttribute",
    "ChangeDesign",
    "ChangeEntity",
    "ChangeMembers",
    "ChangeObject",
    "ChangePart",
    "ChangeRelationship",
    "Compound",
    "Edit",
    "MoveAttribute",
    "MoveNodes",
    "PutItems",
    "RemoveAttribute",
    "RemoveEntity",
    "RemoveObject",
    "RemovePart",
    "RemoveRelationship",
    "RemoveTrait",
    "RenameAttribute",
    "RenameEntity",
    "ReplaceDesign",
    "SetSampleHints",
    "SetTrait",
    "apply",
    "parse_edit",
]


def apply(design: Design, edit: Edit) -> Design:
    """Return the design after an edit; the given design stays as it is.

    Raises
    ------
    InvalidDesign
        If the edit would make the design contradict itself.
    UnknownObject
        If the edit speaks of something that the design does not hold.
    """
    try:
        changed = edit.applied(design)
    except ValidationError as error:
        raise invalid(error, edit.kind) from error
    if not isinstance(edit, MoveNodes | BendLine):
        integrity.check(changed)
    return changed


def parse_edit(data: Any) -> Edit:
    """Return the edit that JSON-like data describes; ``kind`` says which.

    Raises
    ------
    InvalidDesign
        If the data is no edit; ``where`` is the path of the field.
    """
    try:
        return _EDITS.validate_python(data)
    except ValidationError as error:
        kind = data.get("kind") if isinstance(data, dict) else None
        raise invalid(error, "" if isinstance(kind, str) else "edit") from error
    except RecursionError as error:
        raise InvalidDesign("the edit is nested too deeply", where="edit", mend="flatten it") from error
