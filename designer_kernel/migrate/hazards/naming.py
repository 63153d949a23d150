"""The names of hazards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from designer_kernel.catalog.objects import ObjectId

HAZARDS: Final = {
    "data_loss": "rows or values are lost",
    "may_fail": "rows that are there may not allow it",
    "rewrite": "the whole table is written anew, while nobody can read it",
    "long_lock": "the table is read from end to end under a lock that stops others",
    "index_build": "an index is built while nobody can write",
    "recreated": "an object is dropped and made anew around another change",
    "privilege_change": "who may do what changes",
    "conversion": "values are converted to another type, which may fail or lose what does not fit",
    "enum_value": "a value of an enum goes, which rows may have",
    "numbering": "numbers are given out anew, so that they may meet those that are there",
    "volatile_default": "each row that is there gets a value of its own, drawn when the step runs",
}
"""The names of hazards, and what each means."""

OF_EFFECTS: Final = frozenset({"rewrite", "long_lock", "index_build"})
"""Hazards that follow from what a statement does to relations; the others are about facts."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """What may go wrong with a step; ``query`` finds the rows that would make it fail, if there may be such."""

    name: str
    on: ObjectId
    reason: str
    query: str = ""

    @property
    def words(self) -> str:
        """The name as people read it: ``data loss``."""
        return self.name.replace("_", " ")
