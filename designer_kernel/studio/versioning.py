"""The part of a project that remembers: its versions, its change log, and what differs between two of its states."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from designer_kernel.design import edits
from designer_kernel.studio.change_log import ChangeLog
from designer_kernel.studio.versions import Version, Versions

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.design.edits import Edit
    from designer_kernel.studio.changes import Change
    from designer_kernel.studio.comparing import Comparison


class HasVersions:
    """The part of a project that keeps versions of its design beside its file."""

    @property
    def design(self) -> Design:
        """The design as it is now."""
        raise TypeError(f"{type(self).__name__} does not say which design it has")

    @property
    def path(self) -> Path:
        """The design file."""
        raise TypeError(f"{type(self).__name__} does not say which file it has")

    def apply(self, edit: Edit, base_revision: int | None = None) -> Change:
        """Change the design."""
        raise TypeError(f"{type(self).__name__} does not say how it is changed")

    @property
    def versions(self) -> Versions:
        """The versions, the oldest first."""
        return Versions.beside(self.path)

    @property
    def change_log(self) -> ChangeLog:
        """Every change that was ever made to the project's file through Schema Designer."""
        return ChangeLog.beside(self.path)

    def save_version(self, message: str = "", *, who: str = "") -> Version:
        """Keep the design as it is now as the next version.

        Raises
        ------
        DocumentError
            If it cannot be written.
        """
        return self.versions.save(self.design, message, who)

    def version_of(self, design: Design, message: str) -> Version:
        """Return the version that a design is, which is made if there is none.

        Raises
        ------
        DocumentError
            If it cannot be written.
        """
        return self.versions.of_design(design) or self.versions.save(design, message)

    def design_at(self, number: int) -> Design:
        """Return the design of a version.

        Raises
        ------
        UnknownObject, VersionDamaged
            If there is none of this number, or its document was changed.
        """
        return self.versions.version(number).design

    def design_after(self, change: int) -> Design:
        """Return the design after a change, by its number in the log."""
        raise TypeError(f"{type(self).__name__} does not say what it was")

    def design_before(self, change: int) -> Design:
        """Return the design before a change, by its number in the log."""
        raise TypeError(f"{type(self).__name__} does not say what it was")

    def remembered(self) -> AbstractSet[int] | None:
        """Return the numbers of the changes whose states are known; ``None`` if all are."""
        raise TypeError(f"{type(self).__name__} does not say what it remembers")

    def set_back(self, number: int) -> Change | None:
        """Make the design of a version the design again, in one step that can be undone; ``None`` if it is already.

        Raises
        ------
        UnknownObject, VersionDamaged
            As `design_at`.
        """
        design = self.design_at(number)
        if design == self.design:
            return None
        return self.apply(edits.ReplaceDesign(design=design, label=f"back to version {number}"))

    def compare(self, before: int = 0, after: int = 0) -> Comparison:
        """Return what differs between two versions; 0 is the design as it is now.

        Raises
        ------
        UnknownObject, VersionDamaged
            As `design_at`.
        """
        from designer_kernel.studio.comparing import Comparison

        sides = [self.design if number == 0 else self.design_at(number) for number in (before, after)]
        names = ["now" if number == 0 else f"version {number}" for number in (before, after)]
        return Comparison(sides[0], sides[1], names[0], names[1])
