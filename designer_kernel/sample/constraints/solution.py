"""How the constraints of one table are kept: what keys, exclusions and partitions decide about its columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from designer_kernel.sample.plan import Counter, ReferencePlan
from designer_kernel.sample.providers.provider import Provider


@dataclass(frozen=True, slots=True)
class Limit:
    """The most rows that a unique key leaves room for: in the whole table, or for each row of the owner."""

    constraint: str
    most: int
    per_owner: bool


@dataclass(slots=True)
class Solution:
    """How the unique keys of one table are kept.

    ``distinct`` columns must differ among the rows of their counter; ``providers`` are columns whose values are
    decided here; ``references`` are rules that had to change. ``absent`` columns are NULL in every row, each with the
    reason.
    """

    distinct: dict[str, Counter] = field(default_factory=dict)
    providers: dict[str, tuple[Provider, str]] = field(default_factory=dict)
    references: dict[str, ReferencePlan] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)
    solved: list[frozenset[str]] = field(default_factory=list)
    not_null: set[str] = field(default_factory=set)
    absent: dict[str, str] = field(default_factory=dict)
