"""`ServiceTeam`: the door to a store that is behind a service. What may be done is decided there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from designer_kernel.design import edits as of_designs
from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit
from designer_kernel.errors import DesignerError
from designer_kernel.store import design_json
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.edits import Applied
from designer_kernel.studio.team.listing import ListedView
from designer_kernel.studio.team.moving import MOST_VERSIONS, KeptVersion
from designer_kernel.studio.team.presence import PresentView
from designer_kernel.studio.team.projects import OpenedProject
from designer_kernel.studio.team.remote import connections, databases, members
from designer_kernel.studio.team.remote.problems import ServiceRefused
from designer_kernel.studio.team.remote.service import Service, made
from designer_kernel.studio.team.stored import ChangeView, ProjectView
from designer_kernel.studio.team.unit import UseCase
from designer_kernel.studio.team.versions import OpenedVersion, VersionView

P = ParamSpec("P")
R = TypeVar("R")

_NO_PROJECT: Final = UUID(int=0)


class ServiceTeam:
    """What a team does behind a service, with the use cases that a project in a notebook or in the shell needs.

    Parameters
    ----------
    service
        The service, and who is logged in there.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._seen: dict[UUID, tuple[int, Design]] = {}
        self._cases: Mapping[str, Callable[..., Any]] = {
            "projects.accessible": self._projects,
            "listing.listed": self._listed,
            "presence.attend": self._attend,
            "presence.leave": self._leave,
            "projects.create": self._create,
            "projects.remove": self._remove,
            "projects.read": self._read,
            "edits.apply": self._apply,
            "edits.undo": self._undo,
            "edits.changes": self._changes,
            "versions.versions": self._versions,
            "versions.read": self._version,
            "versions.save": self._save_version,
            "moving.ask": self._ask_to_make,
            "moving.receive": self._receive,
            "moving.give": self._give,
            **members.cases(service),
            **connections.cases(service),
            **databases.cases(service),
        }

    def do(self, _actor: Actor, case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something as who is logged in, see `designer_kernel.studio.team.team.Team.do`.

        Raises
        ------
        ServiceRefused
            If it can only be done where the store is, or by another way of the service.
        StoreUnavailable
            If the service does not answer.
        DesignerError
            If it refuses.
        """
        asked = self._cases.get(case.name)
        if asked is None:
            raise ServiceRefused(
                f"this does not go by way of the service from here ({case.name})",
                where=self.service.login.url,
                mend=f"its REST API may have it: see {self.service.login.url}/docs; or do it where the store is",
            )
        found: R = asked(*args, **kwargs)
        return found

    def _projects(
        self, *, workspace: UUID | None = None, after: UUID | None = None, limit: int = 100
    ) -> list[ProjectView]:
        if after is not None:  # all were told at once
            return []
        query = {"workspace_id": str(workspace)} if workspace is not None else {}
        return [_project(one) for one in self.service.pages("/api/projects", **query)]

    def _listed(
        self, *, workspace: UUID | None = None, after: UUID | None = None, limit: int = 100
    ) -> list[ListedView]:
        if after is not None:  # all were told at once
            return []
        query = {"workspace_id": str(workspace)} if workspace is not None else {}
        told = ("changed_by", "deployed_revision", "deployed_version")
        return [
            ListedView(_project(one), **{name: one[name] for name in told if name in one})
            for one in self.service.pages("/api/projects", **query)
        ]

    def _ask_to_make(self, workspace: UUID) -> None:
        """The service is asked when the project is made."""

    def _create(
        self,
        workspace: UUID,
        name: str = "",
        description: str = "",
        *,
        design: Design | None = None,
        template: str = "blank",
    ) -> ProjectView:
        from designer_kernel.studio.templates import from_template

        begun = design or (from_template(template, name) if template != "blank" else None)
        body = {"name": name, "description": description, "workspace_id": str(workspace)}
        if begun is None:
            return _project(self.service.ask("POST", "/api/projects", body=body))
        begun = begun.replace(name=name or begun.name)
        text = begun.model_dump_json()
        said = {"format": "json", "text": text, "name": begun.name, "workspace_id": str(workspace)}
        return _project(self.service.ask("POST", "/api/projects/import", body=said))

    def _receive(
        self, workspace: UUID, design: Design, kept: tuple[KeptVersion, ...] = (), name: str = ""
    ) -> ProjectView:
        if not kept:
            return self._create(workspace, name, design=design)
        if len(kept) > MOST_VERSIONS:
            raise self._too_much(len(kept))
        begun = design.replace(name=name or design.name)
        body = {
            "format": "json", "text": begun.model_dump_json(), "name": begun.name, "workspace_id": str(workspace),
            "versions": [
                {
                    "number": one.number, "message": one.message, "author": one.who[:255],
                    "created_at": one.when.isoformat(), "text": one.design.model_dump_json(),
                }
                for one in kept
            ],
        }  # fmt: skip
        try:
            return _project(self.service.ask("POST", "/api/projects/import", body=body))
        except ServiceRefused as error:
            if error.code != "body_too_large":
                raise
            raise self._too_much(len(kept)) from error

    def _too_much(self, versions: int) -> ServiceRefused:
        return ServiceRefused(
            f"the file and its {versions} version{'' if versions == 1 else 's'} are more than the service takes at "
            "once; nothing was brought",
            where=self.service.login.url,
            mend="leave the versions behind: designer export FILE --to yaml -o copy.design.yaml, "
            "then designer import copy.design.yaml -o team:…; or bring the file where the store is",
        )

    def _give(self, project: UUID) -> tuple[Design, tuple[KeptVersion, ...]]:
        opened = [self._version(project, one.number) for one in self._versions(project)]
        kept = (
            KeptVersion(one.view.number, one.view.message, one.view.author, one.view.created_at, one.design)
            for one in opened
        )
        return self._read(project).design, tuple(kept)

    def _read(self, project: UUID, revision: int | None = None) -> OpenedProject:
        said = self.service.ask("GET", f"/api/projects/{project}/design", query={"revision": revision})
        opened = OpenedProject(_project(said), _design(said["definition"]))
        if revision is None:
            self._seen[project] = (opened.view.revision, opened.design)
        return opened

    def _apply(
        self,
        project: UUID,
        edit: Edit | dict[str, Any],
        base_revision: int | None = None,
        *,
        request: str | None = None,
    ) -> Applied:
        wanted = edit if isinstance(edit, Edit) else of_designs.parse_edit(edit)
        body = {"edit": wanted.model_dump(mode="json"), "base_revision": base_revision, "request": request}
        said = self.service.ask("POST", f"/api/projects/{project}/edits", body=body)
        return self._applied(project, said["change"], wanted)

    def _undo(self, project: UUID, revision: int | None = None, *, request: str | None = None) -> Applied | None:
        body = {"revision": revision, "request": request}
        said = self.service.ask("POST", f"/api/projects/{project}/undo", body=body)
        return None if said["change"] is None else self._applied(project, said["change"], None)

    def _applied(self, project: UUID, said: Mapping[str, Any], edit: Edit | None) -> Applied:
        """Return what was done with the design after it; it is fetched only if others have changed it, too."""
        change = _change(project, said)
        revision, before = self._seen.get(project, (0, None))
        after: Design | None = None
        if edit is not None and before is not None and change.revision == revision + 1:
            with suppress(DesignerError):
                after = of_designs.apply(before, edit)
        if after is None:
            after = self._read(project, change.revision).design
        self._seen[project] = (change.revision, after)
        return Applied(change, after)

    def _changes(self, project: UUID, *, after: int = 0, limit: int = 100) -> list[ChangeView]:
        query = {"after": after, "limit": min(limit, 200)}
        said = self.service.ask("GET", f"/api/projects/{project}/changes", query=query)
        return [_change(project, one) for one in said["items"]]

    def _remove(self, project: UUID) -> None:
        self.service.ask("DELETE", f"/api/projects/{project}")

    def _attend(self, project: UUID, place: UUID, chosen: Collection[UUID] = ()) -> list[PresentView]:
        body = {"place": str(place), "chosen": [str(one) for one in chosen]}
        said = self.service.ask("POST", f"/api/projects/{project}/presence", body=body)
        return [made(PresentView, one) for one in said]

    def _leave(self, project: UUID, place: UUID) -> None:
        self.service.ask("POST", f"/api/projects/{project}/presence", body={"place": str(place), "is_leaving": True})

    def _versions(self, project: UUID, *, after: int = 0, limit: int = 100) -> list[VersionView]:
        if after:  # all were told at once
            return []
        return [made(VersionView, one) for one in self.service.pages(f"/api/projects/{project}/versions")]

    def _version(self, project: UUID, number: int) -> OpenedVersion:
        said = self.service.ask("GET", f"/api/projects/{project}/versions/{number}/design")
        return OpenedVersion(made(VersionView, said["version"]), _design(said["definition"]))

    def _save_version(
        self, project: UUID, message: str = "", revision: int | None = None, *, request: str | None = None
    ) -> VersionView:
        body = {"message": message, "revision": revision, "request": request}
        return made(VersionView, self.service.ask("POST", f"/api/projects/{project}/versions", body=body))


def _project(said: Mapping[str, Any]) -> ProjectView:
    return ProjectView(
        id=UUID(said["id"]),
        workspace=UUID(said["workspace_id"]),
        owner=UUID(said["user_id"]),
        name=said["name"],
        description=said["description"],
        target_database_type=said["target_database_type"],
        revision=said["revision"],
        state=UUID(said["state"]) if "state" in said else _NO_PROJECT,
        created_at=datetime.fromisoformat(said["created_at"]),
        updated_at=datetime.fromisoformat(said["updated_at"]),
    )


def _change(project: UUID, said: Mapping[str, Any]) -> ChangeView:
    return ChangeView(
        project=project,
        revision=said["revision"],
        state=UUID(said["state"]),
        user=UUID(said["user_id"]) if said["user_id"] else None,
        who=said["who"],
        when=datetime.fromisoformat(said["made_at"]),
        origin=said["origin"],
        label=said["label"],
        base_revision=said["base_revision"],
        undoes=said["undoes"],
        edit=said["edit"],
    )


def _design(said: Mapping[str, Any]) -> Design:
    return Design.model_validate(design_json.restored(dict(said)))
