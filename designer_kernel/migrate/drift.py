"""Drift: what somebody changed in a target behind our back, since the last migration that it remembers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import UnknownObject
from designer_kernel.migrate import likeness, records
from designer_kernel.migrate.apply import ready, refuse_other
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.records import Record
from designer_kernel.migrate.renames import Shadow
from designer_kernel.migrate.under_way import under_way
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect


@dataclass(frozen=True, slots=True)
class Drift:
    """How a target differs from what its last record says.

    Attributes
    ----------
    record
        The record that says what the target should hold: ``recorded``.
    now
        What it holds.
    differences
        What is different: ``missing`` in the target, ``extra`` there, or ``changed``.
    ignored
        The objects that do not count.
    """

    record: Record
    recorded: Catalog
    now: Catalog
    differences: tuple[Difference, ...]
    ignored: frozenset[ObjectId]
    version: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs that counts."""
        return not self.differences

    @property
    def missing(self) -> tuple[ObjectId, ...]:
        """What is recorded and not there."""
        return self._of("missing")

    @property
    def extra(self) -> tuple[ObjectId, ...]:
        """What is there and not recorded."""
        return self._of("extra")

    @property
    def changed(self) -> tuple[ObjectId, ...]:
        """What is there otherwise than it is recorded."""
        return self._of("changed")

    def by_object(self) -> Mapping[ObjectId, tuple[Difference, ...]]:
        """Return the differences of each object."""
        found: dict[ObjectId, list[Difference]] = defaultdict(list)
        for difference in self.differences:
            found[difference.id].append(difference)
        return {key: tuple(some) for key, some in found.items()}

    def by_kind(self) -> Mapping[str, tuple[ObjectId, ...]]:
        """Return the objects that differ, by kind."""
        found: dict[str, list[ObjectId]] = defaultdict(list)
        for key in self.by_object():
            found[key.kind].append(key)
        return {kind: tuple(keys) for kind, keys in found.items()}

    def __str__(self) -> str:
        record = f"record {self.record.id}, {self.record.name}, says"
        if self.is_clean:
            return f"the target is as {record}"
        return f"the target is not as {record}:{likeness.listed(self.differences)}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {
            "record": self.record.as_dict(),
            "is_clean": self.is_clean,
            "differences": [
                {"kind": d.id.kind, "path": list(d.id.path), "change": d.change, "field": d.field, "text": str(d)}
                for d in self.differences
            ],
            "ignored": [[key.kind, *key.path] for key in sorted(self.ignored)],
        }

    def revert(self, shadow: Shadow) -> Migration:
        """Return the migration back to what is recorded, but for what is ignored; it has to be proved."""
        return self._migration(f"revert to {self.record.name}", self.now, self._goal(), shadow)

    def adoption(self, shadow: Shadow) -> Migration:
        """Return the migration from what is recorded to what is there: that can be noted, and so be rolled back."""
        return self._migration(f"changes after {self.record.name}", self.recorded, self.now, shadow)

    def _migration(self, name: str, before: Catalog, after: Catalog, shadow: Shadow) -> Migration:
        made = plan(before, after, version=self.version, shadow=shadow)
        return Migration(name, made, before, after, number=self.record.version, design=self.record.design_hash)

    def _goal(self) -> Catalog:
        """Return what is recorded, with what is ignored as it is now."""
        if not self.ignored:
            return self.recorded
        both = self.recorded, self.now
        kept = {key: f for key, f in self.recorded.items() if not likeness.is_within(key, self.ignored, *both)}
        return Catalog.by_id(
            kept | {key: f for key, f in self.now.items() if likeness.is_within(key, self.ignored, *both)}
        )

    def _of(self, change: str) -> tuple[ObjectId, ...]:
        return tuple(dict.fromkeys(d.id for d in self.differences if d.change == change))


def drift(url: str) -> Drift:
    """Return how a database differs from what its last record says. Nothing is changed.

    Raises
    ------
    UnknownObject
        If nothing was ever applied to it.
    MigrationUnderWay
        If it is in the middle of a migration, and so like nothing that is recorded.
    RecordsUnusable
        If the role may not read the records.
    """
    address = target.resolve(url, create=False)
    with connect(address, autocommit=True) as connection:
        refuse_other(under_way(connection), None, address)
        return drift_of(connection, address)


def drift_of(connection: psycopg.Connection[Any], address: str) -> Drift:
    """Return the drift of a database to which there is a connection; see `drift`."""
    record = records.last(connection)
    if record is None:
        raise UnknownObject(
            "no migration was ever applied here, so nothing says what the target should hold",
            where=target.describe(address),
            mend="apply one, or compare the target with a design: plan",
        )
    recorded = records.migration_of(connection, record).after
    ignored = records.ignored(connection)
    now = likeness.observed(connection, recorded)
    found = likeness.counted(differences(recorded, now), ignored, recorded, now)
    return Drift(record, recorded, now, tuple(found), ignored, connection.info.server_version // 10000)


def ignore(url: str, objects: Iterable[ObjectId], *, by: str = "") -> None:
    """Let differences of objects, and of their parts, count no more: remembered on the target.

    Raises
    ------
    RecordsUnusable
        If the role may not write the records.
    """
    with ready(target.resolve(url, create=False)) as connection:
        records.ignore(connection, objects, by)


def heed(url: str, objects: Iterable[ObjectId]) -> None:
    """Let differences of objects count again, see `ignore`."""
    with ready(target.resolve(url, create=False)) as connection:
        records.heed(connection, objects)
