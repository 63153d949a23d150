"""Partitioned: the table is split by range of time, by list of values, or by hash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, model_validator

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote, shorten
from designer_kernel.catalog.literals import literal
from designer_kernel.design.implied import Partition
from designer_kernel.design.parts import IndexKey, Key
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.traits._recognition import Found, Sight
from designer_kernel.design.values import Name, Text
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.attribute import Attribute
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion


class Partitioned(Trait):
    """Partitions by ``attribute``.

    RANGE: ``ahead`` partitions of one ``interval`` each, from ``start`` on. LIST: ``lists`` maps the partition's
    suffix to its values. HASH: ``modulus`` partitions. ``default_partition`` takes what fits nowhere (not for HASH).
    The partition attribute joins the primary key and all unique keys, as PostgreSQL demands.
    """

    order: ClassVar[int] = 60
    title: ClassVar[str] = "partitioned"
    summary: ClassVar[str] = "The table is split into partitions, which are kept and searched one by one."

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
        if self.method == "RANGE" and self.start is not None and self.start.year + self._years() > date.max.year:
            raise ValueError(f"the last partition would end after the year {date.max.year}")
        if self.method == "LIST":
            self._check_lists()
        return self

    def _years(self) -> int:
        """Return how many years the partitions span at most, counted up."""
        return self.ahead // {"DAY": 365, "MONTH": 12, "YEAR": 1}[self.interval] + 1

    def _check_lists(self) -> None:
        values = [value for listed in self.lists.values() for value in listed]
        if not all(self.lists.values()):
            raise ValueError("each partition of lists needs at least one value")
        if repeated := sorted({value for value in values if values.count(value) > 1}):
            raise ValueError(f"lists name {repeated[0]!r} twice")
        if self.default_partition and "default" in self.lists:
            raise ValueError("the partition 'default' is there already; rename it, or set default_partition to false")

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        key = entity.partition_keys[0] if len(entity.partition_keys) == 1 else None
        attribute = entity.attribute(key.attribute) if key is not None and key.attribute else None
        if key is None or attribute is None or key != IndexKey(attribute=attribute.name):
            return None
        bounds = {part.name.removeprefix(f"{entity.name}_"): part.bound for part in entity.partitions}
        kind = types.parse(attribute.type).name
        for fields in _guesses(bounds):
            try:
                trait = cls(method=entity.partition_method or "RANGE", attribute=attribute.name, **fields)
            except ValueError:
                continue
            if dict(trait._bounds(kind)) == bounds:
                return Found(trait, {"partition_method": "", "partition_keys": (), "partitions": ()})
        return None

    def add_parts(self, expansion: Expansion) -> None:
        require_attributes(expansion, "partitioned", (self.attribute,))
        self._refuse_narrow_references(expansion)
        entity = expansion.entity
        expansion.partition_by[entity.id] = f"{self.method} ({quote(self.attribute)})"
        self._make_keys_legal(expansion)
        found = entity.attribute(self.attribute)
        assert found is not None
        for suffix, bound in self._bounds(types.parse(found.type).name):
            expansion.partitions.append(Partition(entity.id, shorten(f"{entity.name}_{suffix}"), bound))

    def _refuse_narrow_references(self, expansion: Expansion) -> None:
        entity = expansion.entity
        for key in expansion.foreign_keys:
            if key.parent_entity_id == entity.id and self.attribute not in key.parent_attributes:
                raise InvalidDesign(
                    f"{expansion.entities[key.child_entity_id].name!r} refers to it by "
                    f"{', '.join(key.parent_attributes)}, which PostgreSQL cannot keep unique across partitions by "
                    f"{self.attribute!r}",
                    where=f"{entity.name}: trait partitioned",
                    mend=f"name {self.attribute} in the relationship's source_attributes too, or partition by an "
                    "attribute of the key",
                )

    def _make_keys_legal(self, expansion: Expansion) -> None:
        """Add the partition attribute to every key, since the server knows uniqueness only within one partition."""
        entity, name = expansion.entity, self.attribute
        single = [a for a in entity.attributes if a.is_unique and not a.is_primary_key and a.name != name]
        keys = [
            *entity.keys,
            *(Key(id=expansion.derived("partitioned", "unique", a.name), attributes=(a.name,)) for a in single),
        ]
        expansion.update(
            entity.id,
            attributes=tuple(
                self._key_attribute(a, keyed=bool(entity.key), single=a in single) for a in entity.attributes
            ),
            primary_key=(*(n for n in entity.key if n != name), name) if entity.key else (),
            keys=tuple(
                key if name in key.attributes else key.model_copy(update={"attributes": (*key.attributes, name)})
                for key in keys
            ),
            indexes=tuple(
                index.model_copy(update={"keys": (*index.keys, IndexKey(attribute=name))})
                if index.is_unique and all(key.attribute != name for key in index.keys)
                else index
                for index in entity.indexes
            ),
        )

    def _key_attribute(self, attribute: Attribute, *, keyed: bool, single: bool) -> Attribute:
        if attribute.name == self.attribute and keyed:
            return attribute.model_copy(update={"is_primary_key": True, "is_nullable": False})
        return attribute.model_copy(update={"is_unique": False}) if single else attribute

    def _bounds(self, kind: str) -> Iterator[tuple[str, str]]:
        if self.method == "HASH":
            assert self.modulus is not None
            for remainder in range(self.modulus):
                yield f"p{remainder}", f"FOR VALUES WITH (modulus {self.modulus}, remainder {remainder})"
            return
        if self.method == "LIST":
            for suffix, values in self.lists.items():
                yield suffix, f"FOR VALUES IN ({', '.join(literal(value) for value in values)})"
        else:
            yield from self._ranges(kind)
        if self.default_partition:
            yield "default", "DEFAULT"

    def _ranges(self, kind: str) -> Iterator[tuple[str, str]]:
        assert self.start is not None
        begin = _floor(self.start, self.interval)
        for _count in range(self.ahead):
            end = _next(begin, self.interval)
            bound = f"FOR VALUES FROM ({_instant(begin, kind)}) TO ({_instant(end, kind)})"
            yield begin.strftime(_SUFFIX[self.interval]), bound
            begin = end


_SUFFIX = {"DAY": "%Y_%m_%d", "MONTH": "%Y_%m", "YEAR": "%Y"}


_DAY: Final = re.compile(r"FOR VALUES FROM \('(\d{4}-\d\d-\d\d)[^']*'\) TO ")
_LISTED: Final = re.compile(r"FOR VALUES IN \((.*)\)\Z", re.DOTALL)
_TEXT: Final = re.compile(r"'((?:[^']|'')*)'|[^\s,']+")


def _guesses(bounds: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield fields of a trait that may have partitions with these bounds, by their suffixes."""
    has_default = bounds.get("default") == "DEFAULT"
    own = {suffix: bound for suffix, bound in bounds.items() if bound != "DEFAULT"}
    days = sorted(match[1] for bound in own.values() if (match := _DAY.match(bound)))
    if days and len(days) == len(own):
        for interval in ("MONTH", "DAY", "YEAR"):
            yield {"interval": interval, "start": days[0], "ahead": len(days), "default_partition": has_default}
    listed = {suffix: match[1] for suffix, bound in own.items() if (match := _LISTED.match(bound))}
    if listed and len(listed) == len(own):
        values = {
            suffix: tuple(m[1].replace("''", "'") if m[1] is not None else m[0] for m in _TEXT.finditer(text))
            for suffix, text in listed.items()
        }
        yield {"lists": values, "default_partition": has_default}
    if own and all("modulus" in bound for bound in own.values()):
        yield {"modulus": len(own)}


def _floor(day: date, interval: str) -> date:
    if interval == "DAY":
        return day
    return day.replace(day=1) if interval == "MONTH" else day.replace(month=1, day=1)


def _next(day: date, interval: str) -> date:
    if interval == "DAY":
        return day + timedelta(days=1)
    if interval == "YEAR" or day.month == 12:
        return day.replace(year=day.year + 1, month=1)
    return day.replace(month=day.month + 1)


def _instant(day: date, kind: str) -> str:
    """Return a bound; with its zone where there is one, since a bare date would depend on the session's time zone."""
    if kind == "timestamp with time zone":
        return literal(f"{day.isoformat()} 00:00:00+00")
    return literal(f"{day.isoformat()} 00:00:00" if kind == "timestamp without time zone" else day.isoformat())
