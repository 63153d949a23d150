"""Shadow databases: scratch databases in which PostgreSQL says what a catalog means, in its own words.

A shadow is a database, not a schema, since the name of a scratch schema would leak into every definition. Its script
runs in a transaction that is rolled back, so that not even its roles, which belong to the whole server, stay behind.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.default_privileges import DefaultPrivileges
from designer_kernel.catalog.kinds.event_trigger import EventTrigger
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.member_privilege import MemberPrivilege
from designer_kernel.catalog.kinds.owner import Owner, owner_id
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.publication import Publication
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.render import script as render
from designer_kernel.errors import Cancelled, DeployRefused, ServerUnavailable, StatementFailed
from designer_kernel.postgres import capabilities, cluster, extensions, normal_forms, scratch, target
from designer_kernel.postgres.connection import connect, parse, to_url
from designer_kernel.postgres.introspect import Introspection, introspect, read
from designer_kernel.postgres.script import run
from designer_kernel.postgres.server import EmbeddedServer, Progress
from designer_kernel.postgres.target import OtherServer, Server

PREFIX: Final = "designer_shadow_"
"""What the names of our shadow databases begin with; then follow machine, process, time of birth and chance."""

POWERLESS: Final = "designer_shadow"
"""The role on the embedded server that owns shadows. It may create roles, which the end of the transaction undoes."""

_NAME: Final = re.compile(PREFIX + r"(?P<machine>[0-9a-f]{8})_(?P<process>\d+)_(?P<born>\d+)_[0-9a-f]{8}\Z")
_HOUR: Final = 3600


@contextmanager
def shadow_database(server: Server | str | None = None) -> Iterator[str]:
    """Create an empty database, give its URL, and drop it at the end, whatever happens.

    Parameters
    ----------
    server
        Where: a server, the URL of one of its databases, or the embedded server if not given.

    Raises
    ------
    StatementFailed
        If the role may not create databases there.
    """
    place = server_for(server)
    name = f"{PREFIX}{_machine()}_{os.getpid()}_{int(time.time())}_{secrets.token_hex(4)}"
    url = place.url(name)
    with connect(place.url(), autocommit=True) as admin:
        sweep(admin)
        owner = ""
        if isinstance(place, EmbeddedServer):
            _ensure_powerless(admin)
            owner = POWERLESS
            url = to_url(parse(url) | {"user": owner})
        try:
            scratch.create(admin, name, template="template0", owner=owner)
        except psycopg.errors.InsufficientPrivilege as error:
            raise StatementFailed(
                str(error.diag.message_primary),
                mend="give the role the right to create databases (ALTER ROLE … CREATEDB)",
                statement="CREATE DATABASE",
                sqlstate=error.sqlstate or "",
            ) from error
    try:
        yield url
    finally:
        with connect(place.url(), autocommit=True) as admin:
            scratch.drop(admin, name)


def server_for(server: Server | str | None) -> Server:
    """Return the server that is meant: the embedded one if none is, and that of a URL."""
    return OtherServer(server) if isinstance(server, str) else server or target.embedded_server()


def _ensure_powerless(admin: psycopg.Connection[Any]) -> None:
    """Make the role that shadows on the embedded server belong to.

    A design can come from anywhere, and merely judging it runs its SQL (a materialized view's query, say). As the
    superuser that could read files and start programs; this role can do neither.
    """
    found = admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [POWERLESS]).fetchone()
    if found is None:
        # another process may be faster, which is as good
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(sql.Identifier(POWERLESS)))


def install(catalog: Catalog, url: str) -> None:
    """Install the catalog's extensions that only a superuser may install, where the shadow's owner is powerless."""
    parameters = parse(url)
    if parameters.get("user") == POWERLESS:
        administrator = to_url(parameters | {"user": cluster.USER})
        extensions.install(administrator, POWERLESS, ((e.name, e.schema) for e in catalog.of(Extension)))


def normalise(
    catalog: Catalog,
    *,
    server: Server | str | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Catalog:
    """Return a catalog as PostgreSQL itself writes it: created in a shadow database, and introspected.

    What is `untried` there is returned as it is. What was answered once is not asked again, see
    `designer_kernel.postgres.normal_forms`.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses a part of it.
    DeployRefused
        If it makes objects of kinds that no catalog holds.
    Cancelled
        If ``cancel`` was set.
    """
    left = untried(catalog, server)
    gone = {fact.id for fact in left}
    tried = catalog.only(key for key in catalog if key not in gone) if gone else catalog
    place = server_for(server)
    key = normal_forms.key_of(tried, place.url(), POWERLESS if isinstance(place, EmbeddedServer) else "")
    if cancel is not None and cancel.is_set():
        raise Cancelled("judging was cancelled")
    known = normal_forms.recall(key)
    if known is None:
        known = _normalised(tried, server, progress, cancel)
        normal_forms.keep(key, known)
    return known.plus(left) if left else known


def untried(catalog: Catalog, server: Server | str | None = None) -> tuple[CatalogObject, ...]:
    """Return the facts that no shadow on a server can try.

    The powerless role of the embedded server can give nothing to others, nor act for them: owners, default privileges
    of other roles, what others granted, and privileges on what belongs to an extension.
    """
    if not isinstance(server or target.embedded_server(), EmbeddedServer):
        return ()
    return tuple(fact for fact in catalog.values() if is_about_others(fact))


def is_about_others(fact: CatalogObject) -> bool:
    """Whether only a role that may act for others can make a fact."""
    granted = isinstance(fact, Grant) and fact.by != ""
    return granted or isinstance(fact, Owner | DefaultPrivileges | MemberPrivilege)


def without_others(catalog: Catalog) -> Catalog:
    """Return a catalog without what says who may do what and what happens elsewhere, and without comments on that.

    That is what a scratch database can hold whose tables alone are of interest, and that others than a superuser make.
    """
    kinds = (Role, Grant, Owner, DefaultPrivileges, MemberPrivilege, Policy, Publication, Subscription, EventTrigger)
    gone = {key for key, fact in catalog.items() if isinstance(fact, kinds)}
    while True:
        more = {
            key for key, fact in catalog.items()
            if key not in gone and (fact.depends & gone or fact.parent in gone or getattr(fact, "on", None) in gone)
        }  # fmt: skip
        if not more:
            return catalog.only(key for key in catalog if key not in gone)
        gone |= more


def _normalised(
    catalog: Catalog, server: Server | str | None, progress: Progress | None, cancel: threading.Event | None
) -> Catalog:
    with shadow_database(server) as url:
        install(catalog, url)
        try:
            return _created(catalog, url, progress, cancel)
        except StatementFailed as error:
            if error.sqlstate not in {"23505", "42710"} or not catalog.of(Role):
                raise
            # roles are shared by the server: another session has just made the same one
            return _created(catalog, url, progress, cancel)


def _created(catalog: Catalog, url: str, progress: Progress | None, cancel: threading.Event | None) -> Catalog:
    with connect(url, autocommit=True) as connection, connection.transaction(force_rollback=True):
        empty = introspect(connection)
        run(connection, render(catalog, check_bodies=True), progress=progress, cancel=cancel)
        observed = observe(connection, catalog)
    if observed.unclaimed:
        others = ", ".join(map(str, observed.unclaimed))
        raise DeployRefused(
            f"PostgreSQL made objects that the design does not speak of: {others}",
            mend="correct the SQL that makes them",
        )
    found = observed.catalog
    return found.only(key for key in found if key in catalog or key not in empty)


def observe(connection: psycopg.Connection[Any], catalog: Catalog) -> Introspection:
    """Return what a database holds, with the roles of a catalog that the server has, and what no kind speaks of.

    Introspection alone lists only the roles that a policy or a privilege names. Of owners only those are told that the
    catalog speaks of; of the roles that it names and does not hold, the server's own, none.
    """
    found = read(connection, owners=bool(catalog.of(Owner)))
    found = replace(found, catalog=_without_others(_without_first_owner(connection, found.catalog, catalog), catalog))
    roles = [role for role in catalog.of(Role) if role.id not in found.catalog]
    rows = connection.execute(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ANY(%s)", [[role.name for role in roles]]
    ).fetchall()
    there = {row[0] for row in rows}
    return replace(found, catalog=found.catalog.plus(role for role in roles if role.name in there))


def _without_first_owner(connection: psycopg.Connection[Any], found: Catalog, catalog: Catalog) -> Catalog:
    """Return what was found without whose the schema ``public`` of a new database is, if it is to be somebody else's.

    Every new database has the schema. In use it stays whose it is.
    """
    public = ObjectId("schema", ("public",))
    owner, meant = found.get(owner_id(public)), catalog.get(owner_id(public))
    in_use = any(not part.aspect and part.kind != "comment" for part in found.all_parts(public))
    if owner is None or meant is None or owner == meant or in_use:
        return found
    first = "pg_database_owner"
    if connection.info.server_version < 150000:
        row = connection.execute("SELECT pg_catalog.pg_get_userbyid(10)").fetchone()  # who made the server
        first = row[0] if row else first
    is_first = isinstance(owner, Owner) and owner.role == first
    return found.only(key for key in found if key != owner.id) if is_first else found


def _without_others(found: Catalog, catalog: Catalog) -> Catalog:
    """Return what was found without owners that a catalog does not tell, and without roles that are only named."""
    owners = [owner for owner in found.of(Owner) if owner.id not in catalog]
    gone = {owner.id for owner in owners}
    roles = {role.id for role in found.of(Role) if role.id not in catalog}
    if roles:
        gone |= roles & {need for fact in (*catalog.values(), *owners) for need in fact.requires(catalog)}
    return found.only(key for key in found if key not in gone) if gone else found


@dataclass(frozen=True, slots=True)
class Place:
    """A server for shadows of a target, whether it writes expressions as the target does, and is the target's own."""

    server: Server
    version: int
    is_same_version: bool
    is_own: bool = False


def place_for(connection: psycopg.Connection[Any], catalog: Catalog, url: str) -> Place | None:
    """Return the server that can hold a shadow of a catalog meant for a target; nothing if none can.

    Each major version writes expressions in its own way, so for a target of another version than the embedded server
    the target's own server is preferred, if its role may create databases there. The same goes for a catalog that
    needs an extension which the embedded server lacks.
    """
    own = capabilities.rights(connection)
    candidates: list[Callable[[], Place | None]] = [
        lambda: _embedded_place(own.version, catalog),
        lambda: _own_place(own.version, url) if own.may_create_databases else None,
    ]
    if own.version != cluster.major_version():
        candidates.reverse()
    return next((place for candidate in candidates if (place := candidate()) is not None), None)


def _own_place(version: int, url: str) -> Place:
    return Place(OtherServer(url), version, is_same_version=True, is_own=True)


def _embedded_place(version: int, catalog: Catalog) -> Place | None:
    try:
        server = target.embedded_server()
    except ServerUnavailable:
        return None  # no embedded server on this machine; the target's own may do
    with connect(server.url()) as connection:
        if capabilities.check(connection, catalog):
            return None
    ours = cluster.major_version()
    return Place(server, ours, is_same_version=ours == version)


def sweep(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop the shadow databases of dead processes, and return their names.

    A shadow of this machine is dropped when its process is gone. One of another machine, whose processes we cannot
    see, is dropped when it is over an hour old and nobody is connected. Other databases are never touched.
    """
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    dropped = []
    for (name,) in rows:
        if _is_left_over(name):
            with suppress(
                psycopg.errors.ObjectInUse, psycopg.errors.InvalidCatalogName, psycopg.errors.InsufficientPrivilege
            ):
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
                dropped.append(name)
    return dropped


def _is_left_over(name: str) -> bool:
    import psutil

    found = _NAME.match(name)
    if found is None:
        return False
    born = int(found["born"])
    if found["machine"] != _machine():
        return time.time() - born > _HOUR
    try:
        return bool(psutil.Process(int(found["process"])).create_time() > born + 1)  # the number was used again
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _machine() -> str:
    """Return a short name of this machine, or of this container."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
