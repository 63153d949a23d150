"""Changes of a design that routes ask for: each is an edit, made on the revision that its author has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from designer_kernel.api.door import Asking, AskingOnce, seen_as
from designer_kernel.api.revisions import seen, tag
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.studio.team import edits, projects
from designer_kernel.studio.team.edits import Applied
from designer_kernel.studio.team.refusals import NotFound

T = TypeVar("T")


class Changed(BaseModel, Generic[T]):
    """What came of an edit: the revision that it led to, and the thing that it was about."""

    revision: int
    item: T


def change(
    door: Asking,
    response: Response,
    project: UUID,
    edit: dict[str, Any],
    if_match: str | None,
    shape: type[T],
    pick: Callable[[Design], T],
) -> T:
    """Make an edit, and return what it was about.

    Parameters
    ----------
    if_match
        The tag of the revision that the edit is made on; others' edits since are merged, or conflict.
    shape, pick
        What the answer shows of the design after the edit.
    """
    base = seen(if_match)

    def made(applied: Applied) -> Changed[T]:
        return Changed[shape](revision=applied.change.revision, item=pick(applied.design))  # type: ignore[valid-type]

    case = seen_as(edits.apply, made)
    done: Changed[T]
    if isinstance(door, AskingOnce):
        done = door.once(Changed[shape], case, project, edit, base)  # type: ignore[valid-type]
    else:
        done = door.do(case, project, edit, base)
    if base is None or done.revision == base + 1:  # else it holds changes of others that the author has not seen
        tag(response, done.revision)
    return done.item


def remove(door: Asking, project: UUID, edit: dict[str, Any], if_match: str | None) -> None:
    """Make an edit after which there is nothing to show."""
    door.do(edits.apply, project, edit, seen(if_match))


def design_of(door: Asking, response: Response, project: UUID) -> Design:
    """Return the design of a project; the answer gets its revision as tag."""
    opened = door.do(projects.read, project)
    tag(response, opened.view.revision)
    return opened.design


def shown(entity: Entity) -> Entity:
    """Return an entity as answers show it: ``primary_key`` names the key's attributes, also in their usual order."""
    return entity if entity.primary_key == entity.key else entity.model_copy(update={"primary_key": entity.key})


def entity_of(design: Design, key: UUID) -> Entity:
    """Return an entity of a design.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = next((entity for entity in design.entities if entity.id == key), None)
    if found is None:
        raise NotFound("there is no entity", mend="look at what there is: it may have been removed")
    return found
