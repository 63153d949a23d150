"""Moving projects between files and the store, with their versions; and making projects of other notations.

What takes long, such as reading a script, is done outside of any transaction, and only for those who may.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select

from designer_kernel.design.design import Design
from designer_kernel.errors import DesignerError
from designer_kernel.store.tables.projects import SchemaVersion
from designer_kernel.studio.design_file import DesignFile
from designer_kernel.studio.locations import project_path
from designer_kernel.studio.team import projects, stored, versions
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case
from designer_kernel.studio.versions import Versions

if TYPE_CHECKING:
    from designer_kernel.design.losses import LossReport
    from designer_kernel.postgres.server import Progress
    from designer_kernel.studio.sources import Options, SourceKind
    from designer_kernel.studio.team.team import Door


MOST_VERSIONS: Final = 500
"""Versions that come along by way of a service."""

_YEARS: Final = range(1970, 9999)
"""When versions were made; a time of another zone stays within what a database and Python can tell."""

_AUTHORS: Final = 20
"""Authors of versions from elsewhere that the audit is told."""


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version on its way between a file and the store."""

    number: int
    message: str
    who: str
    when: datetime
    design: Design


@dataclass(frozen=True, slots=True)
class ImportedProject:
    """A project that was made of another notation, and what became of each object."""

    view: ProjectView
    losses: LossReport


@use_case(Right.edit, changes=False)
def ask(unit: Unit, workspace: UUID) -> None:
    """Ask whether the actor may make projects in a workspace, before something is read for that.

    Raises
    ------
    NotLoggedIn, NotFound, NotAllowed
        If not.
    """
    unit.authorise(Right.edit, workspace, "workspace")


@use_case(Right.edit)
def receive(
    unit: Unit, workspace: UUID, design: Design, kept: tuple[KeptVersion, ...] = (), name: str = ""
) -> ProjectView:
    """Make a project of a design and its versions, which keep their numbers, authors and times.

    Who is said to have made them is only said, so each is marked with who brought it, and the audit is told.

    Raises
    ------
    BadInput, AlreadyThere
        As `designer_kernel.studio.team.projects.create`; or if the versions contradict themselves.
    """
    unit.authorise(Right.edit, workspace, "workspace")
    _check(kept)
    made = projects.create(unit, workspace, name, design=design)
    for one in kept:
        versions.keep(
            unit,
            made.id,
            one.design,
            number=one.number,
            revision=made.revision,
            message=one.message,
            author=one.who,
            created_at=one.when,
            brought_by=unit.actor.name[:255],
        )
    if kept:
        said = sorted({one.who for one in kept})[:_AUTHORS]
        unit.audit("version.bring", str(made.id), workspace=workspace, versions=len(kept), said_to_be_by=said)
    return made


@use_case(Right.see)
def give(unit: Unit, project: UUID) -> tuple[Design, tuple[KeptVersion, ...]]:
    """Return the design of a project and all its versions, to be kept elsewhere; this is audited.

    Raises
    ------
    VersionDamaged
        If a version is not as it was written.
    """
    view = stored.found(unit, Right.see, project)
    numbers = unit.session.scalars(
        select(SchemaVersion.number).where(SchemaVersion.project_id == project).order_by(SchemaVersion.number)
    ).all()
    opened = [versions.read(unit, project, number) for number in numbers]
    kept = tuple(
        KeptVersion(one.view.number, one.view.message, one.view.author, one.view.created_at, one.design)
        for one in opened
    )
    unit.audit(
        "project.export",
        str(project),
        workspace=view.workspace,
        format="file",
        revision=view.revision,
        versions=len(kept),
    )
    return stored.design_of(unit, view), kept


def _check(kept: tuple[KeptVersion, ...]) -> None:
    """Refuse versions that cannot be: what a file says of them can have been written by anybody.

    Raises
    ------
    BadInput
        The first reason.
    """
    numbers = [one.number for one in kept]
    if len(set(numbers)) != len(numbers) or any(not 0 < number < 2**31 for number in numbers):
        raise BadInput("the versions are not numbered from 1 on, each once", where="versions", mend="correct the files")
    for one in kept:
        if "\x00" in one.who or one.when.tzinfo is None or one.when.year not in _YEARS:
            raise BadInput(
                f"version {one.number} has no author or time that can be", where="versions", mend="correct its file"
            )


def from_file(
    team: Door, actor: Actor, workspace: UUID, path: str | os.PathLike[str], *, name: str = ""
) -> ProjectView:
    """Make a project of a design file, with the versions beside it; the file stays as it is.

    Raises
    ------
    DocumentError, VersionDamaged
        If the file, or one of its versions, cannot be read.
    BadInput, AlreadyThere
        As `designer_kernel.studio.team.projects.create`.
    """
    team.do(actor, ask, workspace)
    file = DesignFile(project_path(path))
    design = file.read()
    kept = tuple(
        KeptVersion(one.number, one.message, one.who, one.when, one.design) for one in Versions.beside(file.path)
    )
    return team.do(actor, receive, workspace, design, kept, name)


def to_file(team: Door, actor: Actor, project: UUID, path: str | os.PathLike[str]) -> Path:
    """Write a project's design to a file that is not there yet, and its versions beside it; the project stays.

    Raises
    ------
    DesignerError
        If the file or versions of it are there, or it cannot be written.
    """
    design, kept = team.do(actor, give, project)
    file = DesignFile(project_path(path))
    beside = Versions.beside(file.path)
    if file.exists() or len(beside):
        raise DesignerError("there is a file of this name already", where=str(file.path), mend="choose another name")
    for one in kept:
        beside.adopt(one.design, number=one.number, message=one.message, who=one.who, when=one.when)
    file.write(design)
    return file.path


def import_texts(
    team: Door,
    actor: Actor,
    workspace: UUID,
    texts: Mapping[str, str],
    *,
    name: str,
    kind: SourceKind | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> ImportedProject:
    """Make a project of texts in any notation that can be read, by the names of their files.

    Raises
    ------
    DesignerError
        If they cannot be read.
    BadInput, AlreadyThere
        As `designer_kernel.studio.team.projects.create`.
    """
    from designer_kernel.studio.importing import read_texts

    team.do(actor, ask, workspace)
    read = read_texts(texts, kind=kind, name=name, options=options, progress=progress, cancel=cancel).imported
    return ImportedProject(team.do(actor, receive, workspace, read.design), read.losses)
