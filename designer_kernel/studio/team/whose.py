"""To which workspace something belongs, asked without regard to who may see it: for the audit of refusals alone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from designer_kernel.store.tables.connections import Connection
from designer_kernel.store.tables.projects import Project
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.store.tables.workspaces import Workspace


def workspace_of(session: Session, tried: Iterable[UUID]) -> UUID | None:
    """Return the workspace of the first id that is one of a project, a connection, a fill or a workspace."""
    of_fill = select(Project.workspace_id).join(SampleJob, SampleJob.project_id == Project.id)
    for each in tried:
        known = union_all(
            select(Workspace.id).where(Workspace.id == each),
            select(Project.workspace_id).where(Project.id == each),
            select(Connection.workspace_id).where(Connection.id == each),
            of_fill.where(SampleJob.id == each),
        )
        found: UUID | None = session.scalar(known.limit(1))
        if found is not None:
            return found
    return None
