"""What a target remembers of deployments, and what its records say of the versions of a design."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError
from designer_kernel.migrate import record_tables, records
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.plan import plan
from designer_kernel.postgres.connection import connect
from designer_kernel.studio.author import whoever

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.migrate.records import Record
    from designer_kernel.postgres.deploy import Recording
    from designer_kernel.studio.versions import Version, Versions


def deployment_of(version: Callable[[], Version], design: Design) -> Recording:
    """Return what remembers a deployment of a design in the target.

    That the target cannot remember it, or no version can be kept, is no reason not to deploy: the note tells why.

    Parameters
    ----------
    version
        Gives the version that the design is.
    """
    began = time.monotonic()

    def remember(connection: psycopg.Connection[Any], before: Catalog, after: Catalog) -> str:
        try:
            with connection.transaction():
                record_tables.ensure(connection)
                last = records.last(connection)
                if before == after and last is not None:
                    return ""  # nothing was done, and what is there is known
                took = timedelta(seconds=time.monotonic() - began)
                made = _migration(connection, before, after, version(), design.name)
                records.add(connection, made, uuid4(), duration=took, by=whoever(), direction="noted")
        except DesignerError as error:
            return f"the target does not remember this deployment: {error.what}"
        except psycopg.errors.InsufficientPrivilege as error:
            return f"the target does not remember this deployment: {error.diag.message_primary}"
        return ""

    return remember


def _migration(
    connection: psycopg.Connection[Any], before: Catalog, after: Catalog, version: Version, name: str
) -> Migration:
    """Return a deployment as a migration; the deployment itself has shown that the way up leads there."""

    def shown(catalog: Catalog, _statements: tuple[str, ...]) -> Catalog:
        return after if catalog is before else before

    made = plan(before, after, version=connection.info.server_version // 10000, shadow=shown)
    return Migration(f"deploy {name}", made, before, after, number=version.number, design=version.design_hash)


@dataclass(frozen=True, slots=True)
class Known:
    """What a target remembers of a design.

    Attributes
    ----------
    design
        The version of the design that it holds, if that is one of ours.
    managed
        All that versions of the design ever held there.
    left_out
        What of that version it never had, since the server lacks the means for it.
    """

    last: Record | None = None
    design: Design | None = None
    managed: frozenset[ObjectId] = frozenset()
    left_out: frozenset[ObjectId] = frozenset()


def known_of(address: str, versions: Versions) -> Known:
    """Return what a target remembers of the versions of a design.

    Raises
    ------
    RecordsUnusable
        If the role may not read its records.
    """
    with connect(address, autocommit=True) as connection:
        history = [record for record in records.history(connection) if record.success]
        if not history:
            return Known()
        ours = {one.design_hash: one for one in versions}
        managed: set[ObjectId] = set()
        for design_hash in {record.design_hash for record in history} & ours.keys():
            managed.update(lower(ours[design_hash].design))
        for record in history:
            if not record.design_hash:
                there = records.migration_of(connection, record)
                managed.update(key for key in there.after if key not in there.before)
        holds = ours.get(_held(history))
        if holds is None:
            return Known(history[-1], None, frozenset(managed))
        after = records.migration_of(connection, history[-1]).after
        design = holds.design
        return Known(
            history[-1], design, frozenset(managed), frozenset(key for key in lower(design) if key not in after)
        )


def _held(history: list[Record]) -> str:
    """Return the hash of the design that a target holds by its records: what was rolled back does not count."""
    there = [record for record in history if record.direction != "down" and record.rolled_back_at is None]
    return there[-1].design_hash if there else ""
