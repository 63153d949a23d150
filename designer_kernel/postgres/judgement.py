"""What PostgreSQL says of a design: it is created in a shadow database, and must come out as the design says."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.errors import DeployRefused
from designer_kernel.postgres import capabilities, shadow, target
from designer_kernel.postgres.capabilities import Missing
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.server import Progress

if TYPE_CHECKING:
    from designer_kernel.design.design import Design

MEND_DESIGN: Final = "correct the SQL of these objects in the design; nothing was changed"

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is meant, as PostgreSQL writes it, and whether its SQL can be compared with the target's, text by text."""

    catalog: Catalog
    with_sql: bool
    notes: tuple[str, ...] = ()


def judge(
    connection: psycopg.Connection[Any],
    wanted: Catalog,
    url: str,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Judgement:
    """Return what a catalog means for a target, to which ``connection`` and ``url`` lead.

    The target is not touched, but for a shadow database beside it if the embedded server cannot hold one.

    Raises
    ------
    DeployRefused
        If PostgreSQL makes something else of it than it says. That catches SQL that does more than it claims:
        whatever it makes beside is in the shadow, and not in the catalog.
    StatementFailed, Cancelled
        As `designer_kernel.postgres.shadow.normalise`.
    """
    place = shadow.place_for(connection, wanted, url)
    if place is None:
        note = "no server could hold a shadow of this design, so the text of expressions was not compared"
        return Judgement(wanted, with_sql=False, notes=(note,))
    normal = shadow.normalise(wanted, server=place.server, progress=progress, cancel=cancel)
    _compare(wanted, normal, url)
    notes = _untried(shadow.untried(wanted, place.server))
    if place.is_same_version:
        return Judgement(normal, with_sql=True, notes=notes)
    theirs = connection.info.server_version // 10000
    note = (
        f"the shadow ran on PostgreSQL {place.version} and the target is PostgreSQL {theirs}, so the text of"
        " expressions was not compared"
    )
    return Judgement(normal, with_sql=False, notes=(*notes, note))


def _untried(facts: Sequence[CatalogObject]) -> tuple[str, ...]:
    """Return the note about facts that no shadow tried."""
    if not facts:
        return ()
    sections = " and ".join(sorted({fact.section.lower() for fact in facts}))
    note = f"the shadow did not try {sections} ({len(facts)}), since its role acts for no other; the target itself did"
    return (note,)


def rehearse(
    design: Design | Catalog, *, progress: Progress | None = None, cancel: threading.Event | None = None
) -> tuple[Missing, ...]:
    """Create a design in a shadow on the embedded server, and return what that server lacks of it.

    What needs something missing is left out of the rehearsal. Nothing stays.

    Raises
    ------
    DeployRefused, StatementFailed, Cancelled
        As `judge`.
    ServerUnavailable
        If the embedded server cannot start: that says nothing about the design.
    """
    meant = catalog_of(design)
    server = target.embedded_server()
    with connect(server.url(), autocommit=True) as connection:
        missing = capabilities.check(connection, meant)
    wanted, _ = capabilities.without_missing(meant, missing)
    _compare(wanted, shadow.normalise(wanted, server=server, progress=progress, cancel=cancel), server.url())
    return tuple(missing)


def catalog_of(design: Design | Catalog) -> Catalog:
    """Return the catalog of a design; a catalog is its own.

    Raises
    ------
    InvalidDesign, InvalidSql
        If the design contradicts itself, see `designer_kernel.design.lower.lower`.
    """
    if isinstance(design, Catalog):
        return design
    from designer_kernel.design.lower import lower

    return lower(design)


def refused(what: str, found: Sequence[Difference], url: str, mend: str) -> DeployRefused:
    """Return the refusal that names differences; parts of what is missing or extra as a whole are not named apart."""
    whole = {difference.id for difference in found if difference.change != "changed"}
    shown = [str(item) for item in found if _parent(item) not in whole]
    more = [f"… and {len(shown) - _SHOWN} more"] if len(shown) > _SHOWN else []
    lines = "".join(f"\n  - {line}" for line in [*shown[:_SHOWN], *more])
    return DeployRefused(f"{what}:{lines}", where=target.describe(url), mend=mend)


def _compare(wanted: Catalog, normal: Catalog, url: str) -> None:
    if found := unlike(wanted, normal, normal, with_sql=False):
        raise refused("PostgreSQL made something else of the design than it says", found, url, MEND_DESIGN)


def unlike(meant: Catalog, found: Catalog, held: Catalog, *, with_sql: bool) -> list[Difference]:
    """Return the differences between what is meant and what was found, but for what a server has no words for.

    Parameters
    ----------
    held
        All that the server holds, of which ``found`` is a part.
    """
    joined = {table.id for table in meant.of(Table) if table.standalone and _comes_from_parents(table, held)}
    return [
        difference
        for difference in differences(meant, found, with_sql=with_sql)
        if not (joined and _is_of_joined(difference, joined, held))
    ]


def is_from_parents(key: ObjectId, meant: Catalog, held: Catalog) -> bool:
    """Whether a server holds a part of a table, and tells of it only with the table's parents."""
    table = meant.get(ObjectId("relation", key.path[:2]))
    if not isinstance(table, Table) or not table.standalone or not _comes_from_parents(table, held):
        return False
    return any(ObjectId(key.kind, (*above, *key.path[2:])) in held for above in _above(table, held))


def _comes_from_parents(table: Table, catalog: Catalog) -> bool:
    """Whether a table is in a catalog what its parents make it: a server tells no more of it than it knows.

    Older servers have no names of NOT NULL, for which alone newer ones must make some partitions first and attach them.
    """
    other = catalog.get(table.id)
    return isinstance(other, Table) and not other.standalone and other == replace(table, standalone=False)


def _is_of_joined(difference: Difference, joined: set[ObjectId], normal: Catalog) -> bool:
    """Whether a difference is only that a table tells what it has as a difference from its parents, or not at all."""
    if difference.id in joined:
        return difference.change == "changed" and difference.field == "standalone"
    table = normal.get(ObjectId("relation", difference.id.path[:2]))
    if difference.change == "changed" or not isinstance(table, Table) or table.id not in joined:
        return False
    key = difference.id
    return any(ObjectId(key.kind, (*above, *key.path[2:])) in normal for above in _above(table, normal))


def _above(table: Table, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the tables that a table has its columns from, as (schema, name): its parents, theirs, and so on."""
    for parent in table.parents:
        yield parent
        held = catalog.get(ObjectId("relation", parent))
        if isinstance(held, Table):
            yield from _above(held, catalog)


def _parent(difference: Difference) -> ObjectId | None:
    fact = difference.ours if difference.change == "missing" else difference.theirs
    return fact.parent if isinstance(fact, CatalogObject) else None
