"""Undo and redo to any depth. States share what did not change, so keeping all of them is cheap."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit, apply
from designer_kernel.errors import InvalidDesign


@dataclass(frozen=True, slots=True)
class Step:
    """One edit that was made: the states around it, and its label."""

    edit: Edit
    label: str
    before: Design
    after: Design


class History:
    """The states of a design, with the edits between them.

    Not safe for use by several threads at once; whoever shares it holds a lock.

    Parameters
    ----------
    design
        The first state.
    """

    def __init__(self, design: Design) -> None:
        self._design = design
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def design(self) -> Design:
        """The state now."""
        return self._design

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to redo."""
        return bool(self._undone)

    @property
    def undo_label(self) -> str:
        """What `undo` would take back, or an empty string."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What `redo` would do again, or an empty string."""
        return self._undone[-1].label if self._undone else ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The edits that led here, the oldest first."""
        return tuple(self._done)

    def apply(self, edit: Edit) -> Design:
        """Make an edit, forget what was undone, and return the new state.

        Raises
        ------
        InvalidDesign, UnknownObject
            If the edit is refused; nothing has changed then.
        """
        return self.take(edit, apply(self._design, edit))

    def take(self, edit: Edit, after: Design) -> Design:
        """Go on to the state that an edit of the state now was found to lead to, and return it; see `apply`."""
        before = self._design
        self._done.append(Step(edit, edit.describe(before), before, after))
        self._undone.clear()
        self._design = after
        return after

    def undo(self) -> Design:
        """Take the last edit back and return the state before it.

        Raises
        ------
        InvalidDesign
            If there is nothing to undo.
        """
        if not self._done:
            raise InvalidDesign("there is nothing to undo", where=self._design.name, mend="make a change first")
        step = self._done.pop()
        self._undone.append(step)
        self._design = step.before
        return self._design

    def redo(self) -> Design:
        """Make the edit again that was undone last, and return the state after it.

        Raises
        ------
        InvalidDesign
            If there is nothing to redo.
        """
        if not self._undone:
            raise InvalidDesign("there is nothing to redo", where=self._design.name, mend="undo something first")
        step = self._undone.pop()
        self._done.append(step)
        self._design = step.after
        return self._design
