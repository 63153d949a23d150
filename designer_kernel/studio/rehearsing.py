"""Where two states are compared and a plan is tried: one server of the target's version, for both alike."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import DesignerError
from designer_kernel.postgres import capabilities, cluster, lacking, shadow, target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.postgres.target import OtherServer, Server
from designer_kernel.studio.states import State, beside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from designer_kernel.catalog.objects import CatalogObject
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.postgres.server import Progress


class NoGround(DesignerError):
    """No server can try a plan for this target."""

    code = "no_server_for_shadows"


@dataclass(frozen=True, slots=True)
class Ground:
    """Both states in the words of one server, on which the plan is tried."""

    server: Server
    version: int
    before: Catalog
    after: Catalog
    notes: tuple[str, ...] = ()


def common_ground(
    before: State,
    after: State,
    *,
    trusted: bool = False,
    allow_missing: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Ground:
    """Return both states as one server of the target's version writes them.

    Raises
    ------
    NoGround
        If no server can hold them.
    StatementFailed, DeployRefused, Cancelled
        As `designer_kernel.postgres.shadow.normalise`.
    """
    before, after = beside(before, after.catalog), beside(after, before.catalog)
    notes: list[str] = []
    start, goal = before.catalog, after.catalog
    aim = before if before.url is not None else after
    if aim.url is None:
        server, version = _trusted(target.embedded_server(), trusted=trusted), cluster.major_version()
    else:
        server, version = _server_for(aim, start, goal, trusted=trusted)
        if aim is before:
            goal = _possible(aim.url, version, goal, notes, allow_missing=allow_missing)
    start, goal = _tryable(start, goal, server, notes)
    if before.version != version:
        start = shadow.normalise(start, server=server, progress=progress, cancel=cancel)
    if after.version != version:
        goal = shadow.normalise(goal, server=server, progress=progress, cancel=cancel)
    return Ground(server, version, start, goal, tuple(notes))


def server_of(made: Migration, url: str | None, *, trusted: bool = False) -> Server:
    """Return the server on which a migration is proved, of the version that it was planned for.

    Raises
    ------
    NoGround
        If there is none.
    """
    if url is not None:
        state = State(target.describe(url), made.before, made.plan.version, url=url)
        return _server_for(state, made.before, made.after, trusted=trusted)[0]
    if made.plan.version != cluster.major_version():
        raise NoGround(
            f"the plan is for PostgreSQL {made.plan.version}, and the embedded server is another one",
            where=made.name,
            mend="say which database it is for: url=…",
        )
    return _trusted(target.embedded_server(), trusted=trusted)


def _server_for(aim: State, start: Catalog, goal: Catalog, *, trusted: bool) -> tuple[Server, int]:
    assert aim.url is not None
    both = Catalog.by_id({**start, **goal})
    with connect(aim.url, read_only=True) as connection:
        place = shadow.place_for(connection, both, aim.url)
        connection.rollback()
    if place is None or not place.is_same_version:
        raise NoGround(
            f"no server of PostgreSQL {aim.version} can try a plan for this database",
            where=aim.label,
            mend="give the role the right to create databases (ALTER ROLE … CREATEDB)",
        )
    return _trusted(place.server, trusted=trusted), place.version


def _trusted(server: Server, *, trusted: bool) -> Server:
    """Return a server on which shadows have the rights of its URL, if the design is trusted as one's own."""
    return OtherServer(server.url()) if trusted and isinstance(server, EmbeddedServer) else server


def _possible(url: str, version: int, goal: Catalog, notes: list[str], *, allow_missing: bool) -> Catalog:
    """Return what of a state a target can hold.

    Raises
    ------
    DeployRefused
        If it lacks something, unless that may be left out.
    """
    from designer_kernel.postgres.deploy import lacking_error

    goal = lacking.without_habits(version, goal)
    with connect(url, autocommit=True) as connection:
        missing = capabilities.check(connection, goal)
    wanted, left_out = capabilities.without_missing(goal, missing)
    if missing and not allow_missing:
        raise lacking_error(missing, url, may_be_left_out=bool(wanted))
    notes.extend(f"left out: {item}" for item in missing)
    return wanted if left_out else goal


def _tryable(start: Catalog, goal: Catalog, server: Server, notes: list[str]) -> tuple[Catalog, Catalog]:
    """Return both states without what no shadow on the server can try; a note tells what of it is different."""
    ours, theirs = shadow.untried(start, server), shadow.untried(goal, server)
    if not ours and not theirs:
        return start, goal
    if set(ours) != set(theirs):
        sections = " and ".join(sorted({fact.section.lower() for fact in (*ours, *theirs)}))
        notes.append(f"{sections} are not compared, since the shadow's role acts for no other; trusted=True compares")
    return _without(start, ours), _without(goal, theirs)


def _without(catalog: Catalog, facts: Iterable[CatalogObject]) -> Catalog:
    gone = {fact.id for fact in facts}
    return catalog.only(key for key in catalog if key not in gone)
