"""``PRIMARY KEY`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._keys import Key, keys_query
from designer_kernel.catalog.kinds._presence import constraints


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKey(Key):
    """The primary key of a table."""

    kind = "primary_key"
    presence = constraints("p")
    rank = 110
    section = "Constraints"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    deferrable: str = ""
    period: bool = False
    options: tuple[str, ...] = ()
    tablespace: str = ""

    def words(self) -> str:
        return f"PRIMARY KEY{self.key()}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return keys_query("p", version)
