"""Opening, making and importing projects, as a notebook does."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from designer_kernel.design import Design
from designer_kernel.errors import DesignerError
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.project import Project
from designer_kernel.studio.locations import is_shared
from designer_kernel.studio.opening import open_session, refuse_unknown
from designer_kernel.studio.templates import from_template


def open_project(name_or_path: str | os.PathLike[str], template: str | None = None) -> Project:
    """Return a project that is there; with a template, make it if it is not.

    Parameters
    ----------
    name_or_path
        A bare name lives in the user's data directory; a path stays where it says; ``team:workspace/project`` is a
        team's, in its store, and shows at once what others do.
    template
        What a new project begins as, such as ``"marketplace"``. A project that is there is opened as it is.

    Raises
    ------
    DocumentError
        If the file is no design.
    UnknownObject
        If there is no such project and no template is given, or there is no such template.
    """
    if is_shared(name_or_path):
        from designer_kernel.studio.team.opening import open_shared

        return Project(open_shared(os.fspath(name_or_path), template))
    if template is None:
        refuse_unknown(name_or_path)
        return Project(open_session(name_or_path))
    return Project(open_session(name_or_path, partial(from_template, template)))


def new_project(name_or_path: str | os.PathLike[str], template: str | None = None) -> Project:
    """Return a new project.

    Raises
    ------
    DesignerError
        If there is a project of this name already.
    """
    from designer_kernel.studio.locations import project_path

    if is_shared(name_or_path):
        from designer_kernel.studio.team.opening import make_shared

        return Project(make_shared(os.fspath(name_or_path), template or "blank"))
    path = project_path(name_or_path)
    if path.exists():
        raise DesignerError("there is a project of this name already", where=str(path), mend="dk.open(name) opens it")
    if template is not None:
        return open_project(name_or_path, template)
    return Project(open_session(name_or_path, lambda name: Design(name=name)))


def import_project(
    given: Any, name_or_path: str | os.PathLike[str] | None = None, *, replace: bool = False, **options: Any
) -> Project:
    """Return a new project made of a source; ``project.losses`` says what became of each object.

    Parameters
    ----------
    given
        A script, design, DBML, CSV or Parquet file, a URL, a database's name, ``connection:NAME`` of the workspace
        that the project goes to (of another ``connection:WORKSPACE/NAME``), DataFrames by name, a proposal, or
        SQLAlchemy's ``MetaData``.
    name_or_path
        The project's name or file, or ``team:workspace/project``; without, the name of the source.
    replace
        Whether to replace a project of this name.
    options
        ``schemas``, ``owners``, ``privileges``, ``mends``, ``trusted``, ``encoding``, ``accept``: see
        `designer_kernel.studio.sources.Options`.
        A script is only to be trusted that you could as well restore: it runs as a superuser of the embedded server.

    Raises
    ------
    DesignerError
        If the source cannot be read or defines nothing, or there is a project of this name already.
    """
    from designer_kernel.postgres.connection import redact
    from designer_kernel.studio.locations import project_name, project_path
    from designer_kernel.studio.opening import open_imported
    from designer_kernel.studio.sources import import_any, kind_of, options_of
    from designer_kernel.studio.summary import refuse_nothing

    shared = name_or_path is not None and is_shared(name_or_path)
    if shared:
        from designer_kernel.studio.team.keeping import keep_imported, refuse_taken

        refuse_taken(str(name_or_path), replace=replace)
        name = ""  # that of its place
    else:
        name = project_name(project_path(name_or_path)) if name_or_path is not None else ""
    with bar("importing") as progress:
        beside = str(name_or_path) if shared else ""
        imported = import_any(given, options_of(name, beside=beside, **options), progress=progress)
    if isinstance(given, str | os.PathLike):
        text = os.fspath(given)
        refuse_nothing(imported, kind_of(text), redact(text))
    if shared:
        return Project(keep_imported(str(name_or_path), imported, replace=replace))
    return Project(open_imported(name_or_path or imported.design.name, imported, replace=replace))
