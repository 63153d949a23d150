"""What a project's fill did: a `Filling` that also says which rows it removed, and shows itself in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from designer_kernel.sample import Filling


@dataclass(frozen=True, slots=True, repr=False)
class Filled(Filling):
    """The result of a fill; ``removed`` are the rows by table that were there before, and were replaced."""

    removed: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, filling: Filling, removed: Mapping[str, int]) -> Self:
        """Return a filling with the rows that it removed."""
        listed = ", ".join(f"{count:,} of {table}" for table, count in removed.items())
        values = {one.name: getattr(filling, one.name) for one in fields(filling)}
        notes = (*((f"rows removed before: {listed}",) if removed else ()), *filling.notes)
        return cls(**(values | {"notes": notes, "removed": removed}))

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values."""
        return Filling.as_dict(self) | {"removed": dict(self.removed)}

    def __repr__(self) -> str:
        return str(self)
