"""Schema Designer: design a PostgreSQL database inside a notebook.

>>> import designer_kernel as dk
>>> project = dk.open("marketplace", template="marketplace")  # doctest: +SKIP
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from designer_kernel.exchange.frames import Proposal
    from designer_kernel.notebook.connections import ConnectionViews
    from designer_kernel.notebook.people import MemberViews, Offers
    from designer_kernel.notebook.project import Project
    from designer_kernel.notebook.results import Said
    from designer_kernel.notebook.transfer import Inspection

__all__ = [
    "change_password", "connections", "import_", "inspect", "invitations", "invite", "load_ipython_extension", "login",
    "logout", "members", "new", "open", "projects", "propose", "unload_ipython_extension",
]  # fmt: skip


def __dir__() -> list[str]:
    return list(__all__)


def open(name_or_path: str | os.PathLike[str], template: str | None = None) -> Project:
    """Return a project, with a template made if need be; see `designer_kernel.notebook.opening.open_project`."""
    from designer_kernel.notebook.current import remember
    from designer_kernel.notebook.opening import open_project

    return remember(open_project(name_or_path, template))


def new(name_or_path: str | os.PathLike[str], template: str | None = None) -> Project:
    """Return a new project; see `designer_kernel.notebook.opening.new_project`."""
    from designer_kernel.notebook.current import remember
    from designer_kernel.notebook.opening import new_project

    return remember(new_project(name_or_path, template))


def import_(source: Any, name_or_path: str | os.PathLike[str] | None = None, **options: Any) -> Project:
    """Return a new project made of a script, a database, another notation or data.

    See `designer_kernel.notebook.opening.import_project`.
    """
    from designer_kernel.notebook.current import remember
    from designer_kernel.notebook.opening import import_project

    return remember(import_project(source, name_or_path, **options))


def connections(workspace: str) -> ConnectionViews:
    """Return the connections of a team's workspace; see `designer_kernel.notebook.connections`."""
    from designer_kernel.notebook.connections import connections_named

    return connections_named(workspace)


def login(url: str, username: str, password: str | None = None, **options: Any) -> None:
    """Log in to a team's service: from then on ``team:workspace/project`` is there.

    Without a password it is asked for. ``register=True`` makes a new name known there first, and ``reset=True`` gives
    it a new password by a one-time code; see `designer_kernel.notebook.logins.log_in`.
    """
    from designer_kernel.notebook.logins import log_in

    log_in(url, username, password, **options)


def logout() -> None:
    """Log out of a team's service: from then on ``team:workspace/project`` is what is on this machine."""
    from designer_kernel.notebook.logins import log_out

    log_out()


def change_password() -> None:
    """Change your password at a team's service; the old one and the new one are asked for."""
    from designer_kernel.notebook.logins import change_password as change

    change()


def projects(workspace: str | None = None) -> pd.DataFrame:
    """Return the projects of your workspaces, or of one, as a DataFrame; ``dk.open`` takes what is in ``place``."""
    from designer_kernel.notebook.people import projects_frame

    return projects_frame(workspace)


def members(workspace: str) -> MemberViews:
    """Return who belongs to a workspace; see `designer_kernel.notebook.people.MemberViews`."""
    from designer_kernel.notebook.people import MemberViews

    return MemberViews(workspace)


def invite(name: str, to: str = "Team", role: str = "editor") -> Said:
    """Invite somebody into a workspace; they belong to it once they accept."""
    from designer_kernel.notebook.people import invite as ask

    return ask(name, to, role)


def invitations(by: str = "") -> Offers:
    """Return what you are invited to: ``.accept()`` or ``.decline()``."""
    from designer_kernel.notebook.people import Offers

    return Offers(by)


def inspect(source: str | os.PathLike[str], **options: Any) -> Inspection:
    """Return what a design file, a script or a database holds, and what a design of it would keep."""
    from designer_kernel.notebook.transfer import inspect_source

    return inspect_source(source, **options)


def propose(frames: Mapping[str, pd.DataFrame], name: str = "data") -> Proposal:
    """Return what DataFrames suggest as a design, with evidence; see `designer_kernel.exchange.frames.propose`."""
    from designer_kernel.exchange.frames import propose as read

    return read(frames, name)


def load_ipython_extension(shell: Any) -> None:
    """Add the magics and the completion of names; IPython calls this for ``%load_ext designer_kernel``."""
    from designer_kernel.notebook.extension import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take away what `load_ipython_extension` added."""
    from designer_kernel.notebook.extension import unload

    unload(shell)
