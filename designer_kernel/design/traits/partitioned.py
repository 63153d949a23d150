"""Partitioned: the table is split by range of time, by list of values, or by hash."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name, Text


class Partitioned(Trait):
    """Partitions by ``attribute``.

    RANGE: ``ahead`` partitions of one ``interval`` each, from ``start`` on. LIST: ``lists`` maps the partition's
    suffix to its values. HASH: ``modulus`` partitions. ``default_partition`` takes what fits nowhere (not for HASH).
    The partition attribute joins the primary key and all unique keys, as PostgreSQL demands.
    """

    order: ClassVar[int] = 60
    title: ClassVar[str] = "partitioned"

    kind: Literal["partitioned"] = "partitioned"
    method: Literal["RANGE", "LIST", "HASH"] = "RANGE"
    attribute: Name = "created_at"
    interval: Literal["DAY", "MONTH", "YEAR"] = "MONTH"
    start: date | None = None
    ahead: Annotated[int, Field(ge=1, le=1000)] = 12
    lists: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")], tuple[Text, ...]] = Field(default_factory=dict)
    modulus: Annotated[int, Field(ge=2, le=1000)] | None = None
    default_partition: bool = True

    @model_validator(mode="after")
    def _says_what_its_method_needs(self) -> Partitioned:
        if self.method == "RANGE" and self.start is None:
            raise ValueError("partitioning by RANGE needs start, the date where the first partition begins")
        if self.method == "LIST" and not self.lists:
            raise ValueError("partitioning by LIST needs lists, the values of each partition")
        if self.method == "HASH" and self.modulus is None:
            raise ValueError("partitioning by HASH needs modulus, the number of partitions")
        return self
