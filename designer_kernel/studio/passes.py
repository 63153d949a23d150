"""What is done with a plan after it was made: what would be lost is kept first, it gets stages, and estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.migrate.proposals import Proposal
    from designer_kernel.migrate.steps import Plan


def salvaged(made: Plan, before: Catalog, after: Catalog) -> Plan:
    """Return a plan that keeps what it would lose before it loses it."""
    from designer_kernel.migrate.salvage import salvaging

    return salvaging(made, before, after)


def staged(made: Plan, before: Catalog, after: Catalog) -> Plan:
    """Return a plan in stages that let others work meanwhile."""
    from designer_kernel.migrate.online import online

    return online(made, before, after)


def estimated(made: Plan, url: str) -> Plan:
    """Return a plan with about how many rows each step touches, by the statistics of a database."""
    from designer_kernel.migrate.estimates import estimated as with_rows
    from designer_kernel.postgres.connection import connect

    with connect(url, read_only=True) as connection:
        told = with_rows(made, connection)
        connection.rollback()
    return told


def proposed(before: Catalog, after: Catalog) -> tuple[Proposal, ...]:
    """Return what may have been renamed between two foreign catalogs, with evidence."""
    from designer_kernel.migrate.proposals import proposals

    return tuple(proposals(before, after))
