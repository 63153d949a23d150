"""Where the way back, or away from a drift, is tried: a server that writes expressions as the target does."""

from __future__ import annotations

from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import DesignerError
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.postgres import shadow, target
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.postgres.target import OtherServer

ON_TARGET: Final = "it is tried in scratch databases on the target's own server, with the rights of the role there"
"""What is said where no other server can try a plan."""


class NoGround(DesignerError):
    """No server can try a plan for this target."""

    code = "no_server_for_shadows"


def rehearsal_for(
    connection: psycopg.Connection[Any], address: str, *catalogs: Catalog, trusted: bool = False
) -> Rehearsal:
    """Return where plans between some catalogs of a target are tried.

    Parameters
    ----------
    trusted
        Whether they are tried with the rights of a superuser on the embedded server, as owners need.

    Raises
    ------
    NoGround
        If no server can.
    """
    both = Catalog.by_id({key: fact for catalog in catalogs for key, fact in catalog.items()})
    place = shadow.place_for(connection, both, address)
    if place is None or not place.is_same_version:
        raise NoGround(
            f"no server of PostgreSQL {connection.info.server_version // 10000} can try a plan for this database",
            where=target.describe(address),
            mend="give the role the right to create databases (ALTER ROLE … CREATEDB)",
        )
    if not isinstance(place.server, EmbeddedServer) or not shadow.untried(both, place.server):
        return Rehearsal(place.server, on_target=place.is_own)
    if not trusted:
        raise NoGround(
            "the plan speaks of owners or of what others granted, which the embedded server does not try for strangers",
            where=target.describe(address),
            mend="say that you trust it: trusted=True",
        )
    return Rehearsal(OtherServer(place.server.url()))


def told_of(rehearsal: Rehearsal) -> tuple[str, ...]:
    """Return what is to be said of where a plan is tried."""
    return (ON_TARGET,) if rehearsal.on_target else ()
