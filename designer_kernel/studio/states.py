"""What a plan leads from and to: a database as it is, or what a design, a version of it or a script means."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.lower import lower
from designer_kernel.studio.locations import is_shared
from designer_kernel.studio.scripted import RUNNER, catalog_of
from designer_kernel.studio.sources import Options, source

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.postgres.server import Progress
    from designer_kernel.studio.versions import Versions

_VERSION: Final = re.compile(r"(?P<project>.+\.(?:yaml|yml|json)|team:.+)@(?P<number>\d+)\Z")
"""A version of a project: ``shop.design.yaml@3``, ``team:workspace/project@3``."""


@dataclass(frozen=True, slots=True)
class State:
    """One side of a plan.

    Attributes
    ----------
    label
        What to call it: without a password.
    catalog
        What it holds, or means.
    version
        The major version of the server, if it is a database; 0 otherwise.
    design
        The design that means it, if there is one: it tells what was renamed.
    url
        Where it is, if it is a database.
    number
        The number of the version of the project, if it is one; 0 otherwise.
    """

    label: str
    catalog: Catalog
    version: int = 0
    design: Design | None = None
    url: str | None = field(default=None, repr=False)  # it may hold a password
    number: int = 0

    @property
    def is_script(self) -> bool:
        """Whether it is what a script makes."""
        return self.url is None and self.design is None


def state_of(
    text: str,
    options: Options | None = None,
    *,
    runner: str = RUNNER,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> State:
    """Return the state that a text names.

    Parameters
    ----------
    text
        A design file, a team's project, a version of either (``shop.design.yaml@3``), a script, DBML, or a database by
        its connection string or name.
    options
        How it is read; of both sides of a plan with the same choice about owners.
    runner
        The role that runs it, if it is a script: see `runner_of`.

    Raises
    ------
    DesignerError
        If it cannot be read.
    """
    found = _VERSION.match(text)
    if found is not None and not Path(text).exists():
        version = versions_of(found["project"]).version(int(found["number"]))
        return state_of_design(version.design, label=text, number=version.number)
    opened = source(text, options, progress=progress, cancel=cancel)
    if opened.kind == "database":
        return database(opened.text, owners=opened.options.owners)
    if opened.kind == "script":
        return State(opened.text, catalog_of(opened, runner=runner))
    return state_of_design(opened.imported.design, label=opened.text)


def versions_of(project: str) -> Versions:
    """Return the versions of a project, by its design file or its name ``team:workspace/project``.

    Raises
    ------
    BadInput, NotFound
        If a team has no such project.
    """
    if is_shared(project):
        from designer_kernel.studio.team.opening import open_shared

        return open_shared(project).versions
    from designer_kernel.studio.versions import Versions

    return Versions.beside(Path(project).expanduser().absolute())


def runner_of(*sides: str) -> str:
    """Return who would run a script that is one side of a plan: who connects to the other side, if that is a URL."""
    from designer_kernel.postgres.connection import parse

    users = (str(parse(side).get("user") or "") for side in sides if "://" in side)
    return next(filter(None, users), RUNNER)


def state_of_design(design: Design, *, label: str = "", number: int = 0) -> State:
    """Return what a design means.

    Raises
    ------
    InvalidDesign, InvalidSql
        If it contradicts itself.
    """
    return State(label or design.name, lower(design), design=design, number=number)


def database(place: str, *, owners: bool = False) -> State:
    """Return what a database holds, by its URL or name; looking makes no database.

    Raises
    ------
    NotDeployed
        If there is no database of this name.
    ServerUnavailable
        If it cannot be reached, or is older than what we read.
    """
    from designer_kernel.postgres import target
    from designer_kernel.postgres.connection import connect
    from designer_kernel.postgres.introspect import introspect

    address = existing(place)
    with connect(address, read_only=True) as connection:
        catalog = introspect(connection, owners=owners)
        version = connection.info.server_version // 10000
        connection.rollback()
    return State(target.describe(address), catalog, version, url=address)


def existing(place: str) -> str:
    """Return the URL of a database, by its URL or name; looking makes none.

    Raises
    ------
    NotDeployed
        If there is no database of this name.
    """
    from designer_kernel.postgres import target
    from designer_kernel.studio.deployed import NotDeployed

    address = target.resolve(place, create=False)
    if not target.is_url(place) and not target.exists(place):
        where = target.describe(address)
        raise NotDeployed(f"there is no database {where}", where=where, mend="correct its name, or give its URL")
    return address


def absent(name: str) -> State:
    """Return the state of a database of the default server that does not exist yet: that of a new one."""
    from designer_kernel.postgres import target
    from designer_kernel.postgres.shadow import shadow_database

    server = target.default_server()
    with shadow_database(target.OtherServer(server.url())) as url:
        state = database(url)
    return State(f"{name}, which does not exist yet", state.catalog, state.version, url=server.url())
