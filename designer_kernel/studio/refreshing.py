"""Bringing a project up to date with a database, or with whatever PostgreSQL has read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.design.design import Design
from designer_kernel.design.lower import lower
from designer_kernel.errors import Cancelled, DesignerError

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design.refresh import Answer, Refresh
    from designer_kernel.postgres.server import Progress
    from designer_kernel.postgres.target import Server


@dataclass(frozen=True)
class Comparison:
    """A design beside what a database holds: what a refresh would change, and what is to be decided first.

    ``meant`` is the design in that server's words; it is asked for once, however often the answers change. ``reword``
    puts what the design means under new names into these words.
    """

    design: Design
    catalog: Catalog
    meant: Catalog | None = None
    reword: Callable[[Catalog], Catalog | None] | None = None

    def refreshed(self, decide: Mapping[str, Answer] | None = None) -> Refresh:
        """Return what a refresh comes to with these answers; see `designer_kernel.design.refresh`."""
        from designer_kernel.design.refresh import refresh

        return refresh(self.design, self.catalog, meant=self.meant, decide=decide, reword=self.reword)


def compare_with_database(
    design: Design, place: str, *, progress: Progress | None = None, cancel: threading.Event | None = None
) -> Comparison:
    """Return a design beside a database, given by its URL or name. Nothing is changed.

    Raises
    ------
    NotDeployed
        If there is no database of this name.
    ServerUnavailable
        If it cannot be reached, or is older than what we read.
    Cancelled
        If ``cancel`` was set.
    """
    from designer_kernel.exchange.database import read_database
    from designer_kernel.postgres import target
    from designer_kernel.postgres.connection import connect
    from designer_kernel.postgres.shadow import place_for
    from designer_kernel.studio.deployed import nothing_in

    address = target.resolve(place, create=False)
    if not target.is_url(place) and not target.exists(place):
        raise nothing_in(address)
    own = lower(design)
    keeps_owners = any(fact.aspect == "owner" for fact in own.values())
    catalog = read_database(place, owners=keeps_owners).catalog
    if cancel is not None and cancel.is_set():
        raise Cancelled("comparing was cancelled")
    with connect(address, read_only=True) as connection:
        there = place_for(connection, own, address)
        connection.rollback()
    if there is None:
        return Comparison(design, catalog)

    def reword(renamed: Catalog) -> Catalog | None:
        return _in_words_of(there.server, renamed, None, cancel)

    return Comparison(design, catalog, _in_words_of(there.server, own, progress, cancel), reword)


def compare(
    design: Design, catalog: Catalog, *, progress: Progress | None = None, cancel: threading.Event | None = None
) -> Comparison:
    """Return a design beside what a script means, both in the words of the embedded server.

    Raises
    ------
    Cancelled
        If ``cancel`` was set.
    """

    def reword(renamed: Catalog) -> Catalog | None:
        return _in_words_of(None, renamed, None, cancel)

    return Comparison(design, catalog, _in_words_of(None, lower(design), progress, cancel), reword)


def _in_words_of(
    server: Server | None, own: Catalog, progress: Progress | None, cancel: threading.Event | None
) -> Catalog | None:
    """Return what a design means in a server's words; nothing if the server refuses the design."""
    from designer_kernel.postgres.shadow import normalise

    try:
        return normalise(own, server=server, progress=progress, cancel=cancel)
    except Cancelled:
        raise
    except DesignerError:
        return None
