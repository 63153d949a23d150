"""Where two states are compared and a plan is tried: one server of the target's version, for both alike."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError
from designer_kernel.migrate.grounds import ON_TARGET, NoGround
from designer_kernel.postgres import capabilities, cluster, lacking, shadow, target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.postgres.target import OtherServer, Server
from designer_kernel.studio.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from designer_kernel.catalog.objects import CatalogObject
    from designer_kernel.design.design import Design
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.postgres.server import Progress


TRUST: Final = "if the design is your own, trusted=True tries its SQL as a superuser"
"""What to do about statements that only a superuser may try."""

_MEANS: Final = frozenset({"version", "feature", "function", "extension", "tablespace"})
"""What a server may lack of what a plan needs; what the role may do there counts when it is applied."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Both states in the words of one server, on which the plan is tried."""

    server: Server
    version: int
    before: Catalog
    after: Catalog
    notes: tuple[str, ...] = ()

    def words_of(self, design: Design) -> Catalog:
        """Return what a design means in the words of the server, as far as that can hold it."""
        catalog = lower(design)
        with connect(self.server.url(), autocommit=True) as connection:
            wanted, _ = capabilities.without_missing(catalog, capabilities.check(connection, catalog))
        try:
            return shadow.normalise(wanted, server=self.server)
        except DesignerError:
            return wanted  # of a server of other days, or of a design with errors


def common_ground(
    before: State,
    after: State,
    *,
    trusted: bool = False,
    allow_missing: bool | frozenset[ObjectId] = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Ground:
    """Return both states as one server of the target's version writes them.

    Parameters
    ----------
    allow_missing
        Whether what the server lacks the means for is left out, or which of it.

    Raises
    ------
    NoGround
        If no server can hold them.
    StatementFailed, DeployRefused, Cancelled
        As `designer_kernel.postgres.shadow.normalise`.
    """
    notes: list[str] = []
    start, goal = _comparable(before, after, notes)
    aim = before if before.url is not None else after
    if aim.url is None:
        server, version = _trusted(target.embedded_server(), trusted=trusted), cluster.major_version()
    else:
        start, goal = (
            lacking.as_run(aim.version, catalog) if side.is_script else catalog
            for side, catalog in ((before, start), (after, goal))
        )
        if aim is before:  # first: what no server here can hold must not lead to another one
            goal = _possible(aim.url, aim.version, goal, notes, allow_missing=allow_missing)
        place = _place_for(aim, start, goal)
        server, version = _trusted(place.server, trusted=trusted), place.version
        notes += [ON_TARGET] if place.is_own else []
    start, goal = _tryable(start, goal, server, notes)
    if before.version != version:
        start = shadow.normalise(start, server=server, progress=progress, cancel=cancel)
    if after.version != version:
        goal = shadow.normalise(goal, server=server, progress=progress, cancel=cancel)
    unused = [role.name for role in goal.of(Role) if role.name not in _roles(goal)]
    if unused:
        notes.append(f"nothing names the roles {', '.join(unused)}: a plan does not make them")
    return Ground(server, version, _with_roles(start), _with_roles(goal), tuple(notes))


def _comparable(before: State, after: State, notes: list[str]) -> tuple[Catalog, Catalog]:
    """Return both states without owners, unless each is a database or a script of which all owners were read."""
    start, goal = before.catalog, after.catalog
    if start.of(Owner) and goal.of(Owner) and before.design is None and after.design is None:
        return start, goal
    if start.of(Owner) or goal.of(Owner):
        notes.append("who owns what is not compared: only databases and scripts tell all of it")
    return _without(start, start.of(Owner)), _without(goal, goal.of(Owner))


def _roles(catalog: Catalog) -> list[str]:
    """Return the roles that facts need, as introspection tells them."""
    needed = {
        key.path[0] for fact in catalog.values() if fact.demands for key in fact.requires(catalog) if key.kind == "role"
    }
    return sorted(name for name in needed if not name.startswith("pg_"))


def _with_roles(catalog: Catalog) -> Catalog:
    """Return a catalog with the roles that its facts name, and no others: roles are the server's."""
    rest = {key: fact for key, fact in catalog.items() if not isinstance(fact, Role)}
    return Catalog.by_id({ObjectId("role", (name,)): Role(name=name) for name in _roles(catalog)} | rest)


def server_of(made: Migration, url: str | None, *, trusted: bool = False) -> Server:
    """Return the server on which a migration is proved, of the version that it was planned for.

    Raises
    ------
    NoGround
        If there is none.
    """
    if url is not None:
        state = State(target.describe(url), made.before, made.plan.version, url=url)
        return _trusted(_place_for(state, made.before, made.after).server, trusted=trusted)
    if made.plan.version != cluster.major_version():
        raise NoGround(
            f"the plan is for PostgreSQL {made.plan.version}, and the embedded server is another one",
            where=made.name,
            mend="say which database it is for: url=…",
        )
    return _trusted(target.embedded_server(), trusted=trusted)


def _place_for(aim: State, start: Catalog, goal: Catalog) -> shadow.Place:
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
    return place


def _trusted(server: Server, *, trusted: bool) -> Server:
    """Return a server on which shadows have the rights of its URL, if the design is trusted as one's own."""
    return OtherServer(server.url()) if trusted and isinstance(server, EmbeddedServer) else server


def _possible(
    url: str, version: int, goal: Catalog, notes: list[str], *, allow_missing: bool | frozenset[ObjectId]
) -> Catalog:
    """Return what of a state a target can hold.

    Raises
    ------
    DeployRefused
        If it lacks something, unless that may be left out.
    """
    from designer_kernel.postgres.deploy import lacking_error

    goal = lacking.without_habits(version, goal)
    with connect(url, autocommit=True) as connection:
        missing = [item for item in capabilities.check(connection, goal) if item.id.partition(":")[0] in _MEANS]
    wanted, left_out = capabilities.without_missing(goal, missing)
    is_allowed = allow_missing is True or (allow_missing is not False and allow_missing.issuperset(left_out))
    if missing and not is_allowed:
        raise lacking_error(missing, url, may_be_left_out=bool(wanted))
    notes.extend(f"left out: {item}" for item in missing)
    return wanted if left_out else goal


def _tryable(start: Catalog, goal: Catalog, server: Server, notes: list[str]) -> tuple[Catalog, Catalog]:
    """Return both states without what no shadow on the server can try; a note tells if that differs."""
    ours, theirs = shadow.untried(start, server), shadow.untried(goal, server)
    if set(ours) != set(theirs):
        sections = " and ".join(sorted({fact.section.lower() for fact in (*ours, *theirs)}))
        notes.append(f"{sections}, which act for other roles, are not compared; {TRUST}")
    return _without(start, ours), _without(goal, theirs)


def _without(catalog: Catalog, facts: Iterable[CatalogObject]) -> Catalog:
    gone = {fact.id for fact in facts}
    return catalog.only(key for key in catalog if key not in gone)
