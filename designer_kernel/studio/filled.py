"""What a project's fill did: a `Filling` that also says which rows it removed, and shows itself in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from html import escape
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.errors import DesignerError
from designer_kernel.sample import Filling

if TYPE_CHECKING:
    from designer_kernel.sample.report.report import Report

REPORTED: Final = 1_000_000
"""Up to this many rows a fill shows its report by itself."""


@dataclass(frozen=True, slots=True, repr=False)
class Filled(Filling):
    """The result of a fill; ``removed`` are the rows by table that were there before, and were replaced.

    ``address`` is the URL of the target.
    """

    removed: Mapping[str, int] = field(default_factory=dict)
    address: str = ""

    @classmethod
    def of(cls, filling: Filling, removed: Mapping[str, int], address: str = "") -> Self:
        """Return a filling with the rows that it removed, and where they are."""
        listed = ", ".join(f"{count:,} of {table}" for table, count in removed.items())
        values = {one.name: getattr(filling, one.name) for one in fields(filling)}
        notes = (*((f"rows removed before: {listed}",) if removed else ()), *filling.notes)
        return cls(**(values | {"notes": notes, "removed": removed, "address": address}))

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values."""
        return Filling.as_dict(self) | {"removed": dict(self.removed)}

    def report(self, url: str | None = None) -> Report:
        """Return what the plan promised beside what the target, or another database, holds now."""
        return Filling.report(self, url or self.address)

    def _repr_html_(self) -> str:
        shown = Filling._repr_html_(self)
        if not self.address or self.rows > REPORTED:
            return shown
        try:
            return f"{shown}<details><summary>as promised?</summary>{self.report()._repr_html_()}</details>"
        except DesignerError as error:  # the target may be gone by the time that a cell is shown
            return f"{shown}<p>no report: {escape(error.what)}</p>"

    def __repr__(self) -> str:
        return str(self)
