"""``UNIQUE`` constraints."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from designer_kernel.catalog.kinds._keys import Key, keys_query
from designer_kernel.catalog.kinds._presence import constraints
from designer_kernel.catalog.kinds._queries import from_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Key):
    """A unique constraint."""

    kind = "unique"
    presence = constraints("u")
    rank = 111
    section = "Constraints"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: str = ""
    period: bool = False
    options: tuple[str, ...] = ()
    tablespace: str = ""

    def sameness(self) -> tuple[Hashable, ...]:
        same = super(Unique, self).sameness()
        return (*same, "nulls not distinct") if self.nulls_not_distinct else same

    def words(self) -> str:
        return f"UNIQUE{' NULLS NOT DISTINCT' if self.nulls_not_distinct else ''}{self.key()}"

    @classmethod
    def introspection(cls, version: int) -> str:
        nulls = from_version(version, 15, "i.indnullsnotdistinct", "false")
        return keys_query("u", version, f"{nulls}, ")
