"""The edits of a project in a notebook, each of which can be had as code: ``project.edits[-1].as_code()``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from designer_kernel.notebook.results import Said
from designer_kernel.studio.edit_code import code_of

if TYPE_CHECKING:
    from designer_kernel.design.edits import Edit
    from designer_kernel.design.history import Step
    from designer_kernel.studio.project import ProjectSession


class MadeEdit:
    """An edit that was made: its label, the edit as a value, and the edit as code."""

    def __init__(self, step: Step) -> None:
        self._step = step

    @property
    def label(self) -> str:
        """What it did, in words."""
        return self._step.label

    @property
    def edit(self) -> Edit:
        """The edit itself; ``project.apply`` makes it again."""
        return self._step.edit

    def as_code(self) -> Said:
        """Return Python that makes the same change again, in a cell where ``project`` is the project."""
        return Said(code_of(self._step.edit, self._step.before))

    def __repr__(self) -> str:
        return f"<{self.label}>"


class MadeEdits(Sequence[MadeEdit]):
    """The edits that led to a design, the oldest first."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps

    @overload
    def __getitem__(self, index: int) -> MadeEdit: ...
    @overload
    def __getitem__(self, index: slice) -> MadeEdits: ...
    def __getitem__(self, index: int | slice) -> MadeEdit | MadeEdits:
        if isinstance(index, slice):
            return MadeEdits(self._steps[index])
        return MadeEdit(self._steps[index])

    def __len__(self) -> int:
        return len(self._steps)

    def as_code(self) -> Said:
        """Return Python that makes all of them again, one after the other."""
        return Said("\n".join(str(one.as_code()) for one in self))

    def __repr__(self) -> str:
        return "\n".join(f"{number:>3}  {one.label}" for number, one in enumerate(self)) or "no edits yet"


class ReplaysProject:
    """The part of a project that gives its edits as code."""

    session: ProjectSession

    @property
    def edits(self) -> MadeEdits:
        """The edits that were made here and not undone, the oldest first: ``project.edits[-1].as_code()``."""
        return MadeEdits(self.session.history.steps)
