"""What is said when two people changed the same: both sides, and the choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from designer_kernel.design import edits
from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.edits import Edit
from designer_kernel.design.entity import Entity
from designer_kernel.design.parts import PARTS
from designer_kernel.errors import DesignerError, EditConflict
from designer_kernel.store.design_rows import Patch
from designer_kernel.store.tables.projects import Change
from designer_kernel.studio.merging import Aspect, MergeConflict
from designer_kernel.studio.team.designs import A_FEW
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit

MOST: Final = 20
"""Changes, and clashes, that one conflict tells of."""


_TOLD: Final = 3
"""People, and fields, that the message of a conflict names."""

_WIDE: Final = 60
"""Characters of a value that it shows."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """A change that others made since, and that touches the same."""

    revision: int
    who: str
    when: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that both changed: the fields in which it differs, as they were, as they are, as they were to be.

    ``None`` says that it was, is or would be not there.
    """

    id: UUID
    what: str
    before: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    mine: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be done: leave ``theirs``, or make ``mine`` on the revision that is named, which overrides theirs."""

    choice: str
    what: str
    base_revision: int


class Conflict(EditConflict):
    """An edit that touches what others have changed since; nothing has been changed.

    Attributes
    ----------
    yours
        What the edit was to do.
    theirs
        The changes of others that touch the same.
    clashes
        What both touch.
    choices
        What can be done about it.
    """

    def __init__(
        self,
        error: EditConflict,
        *,
        base_revision: int,
        revision: int,
        yours: str,
        theirs: tuple[Theirs, ...],
        clashes: tuple[Clash, ...],
        choices: tuple[Choice, ...],
    ) -> None:
        super().__init__(error.what, where=error.where, mend=error.mend)
        self.base_revision = base_revision
        self.revision = revision
        self.yours = yours
        self.theirs = theirs
        self.clashes = clashes
        self.choices = choices

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return super().as_dict() | {
            "base_revision": self.base_revision,
            "revision": self.revision,
            "yours": self.yours,
            "theirs": [asdict(one) | {"when": one.when.isoformat()} for one in self.theirs],
            "clashes": [asdict(one) | {"id": str(one.id)} for one in self.clashes],
            "choices": [asdict(one) for one in self.choices],
        }


def explained(
    unit: Unit, project: ProjectView, base_revision: int, base: Design, now: Design, edit: Edit, error: MergeConflict
) -> Conflict:
    """Return a conflict with both its sides."""
    mine = _tried(base, edit)
    choices = [Choice("theirs", "leave it as it is now", project.revision)]
    if _tried(now, edit) is not None:
        choices.append(Choice("mine", "make the edit on the design as it is now", project.revision))
    yours = _label(edit, base)
    theirs = _theirs(unit, project, base_revision, {key for key, _ in error.same})
    clashes = _clashes(error.same, base, now, mine)
    what = f"{error.what}{_told(theirs, clashes)}"
    return Conflict(
        EditConflict(what, where=yours, mend=error.mend),
        base_revision=base_revision,
        revision=project.revision,
        yours=yours,
        theirs=theirs,
        clashes=clashes,
        choices=tuple(choices),
    )


def _told(theirs: Sequence[Theirs], clashes: Sequence[Clash]) -> str:
    """Return by whom it was changed, and what the first few of the fields are now and were to be."""
    who = ", ".join(sorted({one.who for one in theirs})[:_TOLD])
    told = [
        f"{clash.what}: {name} is {_short(clash.theirs, name)} now (before: {_short(clash.before, name)}), "
        f"yours would make it {_short(clash.mine, name)}"
        for clash in clashes
        for name in (clash.theirs or clash.mine or ())
        if not isinstance((clash.mine or {}).get(name), list)  # such as all attributes, beside the one that is meant
    ]
    return "; ".join([f" (by {who})" if who else "", *told[:_TOLD]])


def _short(side: Mapping[str, Any] | None, name: str) -> str:
    """Return a value as a message can show it."""
    if side is None:
        return "not there"
    text = repr(side.get(name))
    return text if len(text) <= _WIDE else f"{text[: _WIDE - 2]}…{text[-1]}"


def _theirs(unit: Unit, project: ProjectView, base_revision: int, same: set[UUID]) -> tuple[Theirs, ...]:
    since = unit.session.execute(
        select(Change.revision, Change.who, Change.made_at, Change.label, Change.delta)
        .where(Change.project_id == project.id, Change.revision > base_revision)
        .order_by(Change.revision.desc())
        .limit(10 * MOST),
        execution_options=A_FEW,
    )
    told = [
        (
            Theirs(one.revision, one.who, one.made_at, one.label),
            "head" in one.delta or same & Patch.of_json(one.delta).ids,
        )
        for one in since
    ]
    about = [theirs for theirs, is_about in told if is_about] or [theirs for theirs, _ in told]
    return tuple(about[:MOST])


def _clashes(same: Mapping[Aspect, str], base: Design, now: Design, mine: Design | None) -> tuple[Clash, ...]:
    wanted = {key: what for (key, _), what in sorted(same.items(), key=lambda pair: pair[1])[:MOST]}
    sides = [_said(design, wanted) if design is not None else {} for design in (base, now, mine)]
    return tuple(_clash(key, what, [side.get(key) for side in sides]) for key, what in wanted.items())


def _clash(key: UUID, what: str, sides: list[dict[str, Any] | None]) -> Clash:
    there = [side for side in sides if side is not None]
    names = [name for name in (there[0] if there else {}) if any(side.get(name) != there[0][name] for side in there)]
    before, theirs, mine = ({name: side[name] for name in names} if side is not None else None for side in sides)
    return Clash(key, what, before, theirs, mine)


def _said(design: Design, wanted: Mapping[UUID, str]) -> dict[UUID, dict[str, Any]]:
    """Return what some items of a design say, each without the items inside it."""
    said: dict[UUID, dict[str, Any]] = {}
    if design.id in wanted:
        said[design.id] = design.model_dump(mode="json", exclude=set(COLLECTIONS))
    for item in design.items():
        if item.id in wanted:
            inside = {"attributes", *PARTS} if isinstance(item, Entity) else None
            said[item.id] = item.model_dump(mode="json", exclude=inside)
            if isinstance(item, Entity):
                said[item.id]["attributes"] = [one.name for one in item.attributes]
    return said


def _tried(design: Design, edit: Edit) -> Design | None:
    with suppress(DesignerError):
        return edits.apply(design, edit)
    return None


def _label(edit: Edit, design: Design) -> str:
    try:
        return edit.describe(design)
    except DesignerError:
        return edit.kind
