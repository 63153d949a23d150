"""Deploying and filling by way of a service: it does the work, and is asked how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from designer_kernel.errors import Cancelled, DesignerError
from designer_kernel.studio.team.deploying import DeploymentView, RecordView, RoomDriftView
from designer_kernel.studio.team.fills import FillView
from designer_kernel.studio.team.remote.service import Service, made

_BEAT: Final = 0.5
"""Seconds between two questions."""


def cases(service: Service) -> dict[str, Callable[..., Any]]:
    """Return what is done for the use cases of this name."""
    own: dict[str, Callable[..., Any]] = {
        "deploying.preview": _preview, "deploying.deploy": _deploy, "deploying.deployments": _deployments,
        "deploying.drift": _drift,
        "deploying.undeploy": _undeploy, "fills.begin": _begin, "fills.of_project": _fills, "fills.show": _show,
        "fills.cancel": _cancel, "fills.take": _take, "fills.beat": _beat, "fills.run": _run, "fills.fail": _fail,
    }  # fmt: skip
    return {name: partial(case, service) for name, case in own.items()}


def _preview(service: Service, project: UUID, *, leave_out: bool = False) -> DeploymentView:
    query = {"leave_out": str(leave_out).lower()}
    return made(DeploymentView, service.ask("GET", f"/api/projects/{project}/plan", query=query))


def _deploy(service: Service, project: UUID, *, allow: Collection[str] = (), leave_out: bool = False) -> DeploymentView:
    body = {"allow": list(allow), "leave_out": leave_out}
    return made(DeploymentView, service.ask("POST", f"/api/projects/{project}/deployments", body=body))


def _deployments(service: Service, project: UUID) -> list[RecordView]:
    return [made(RecordView, one) for one in service.ask("GET", f"/api/projects/{project}/deployments")]


def _drift(service: Service, project: UUID) -> RoomDriftView:
    return made(RoomDriftView, service.ask("GET", f"/api/projects/{project}/drift"))


def _undeploy(service: Service, project: UUID) -> None:
    service.ask("DELETE", f"/api/projects/{project}/deployments")


def _begin(service: Service, project: UUID, config: Mapping[str, Any]) -> FillView:
    return made(FillView, service.ask("POST", f"/api/projects/{project}/fills", body=dict(config)))


def _fills(service: Service, project: UUID) -> list[FillView]:
    return [made(FillView, one) for one in service.ask("GET", f"/api/projects/{project}/fills")]


def _show(service: Service, fill: UUID) -> FillView:
    return made(FillView, service.ask("GET", f"/api/fills/{fill}"))


def _cancel(service: Service, fill: UUID) -> FillView:
    return made(FillView, service.ask("POST", f"/api/fills/{fill}/cancel"))


def _take(_service: Service, _fill: UUID) -> bool:
    """The service has taken it."""
    return True


def _beat(_service: Service, _fill: UUID, _counts: Mapping[str, int], _rows_total: int | None) -> bool:
    """The service itself gives signs of life, and ends what is cancelled."""
    return True


def _fail(service: Service, fill: UUID, _what: str, *, is_cancelled: bool = False) -> None:
    if is_cancelled:
        _cancel(service, fill)


def _run(
    service: Service,
    fill: UUID,
    heard: Callable[[str, int], None] | None = None,
    planned: Callable[[str, int], None] | None = None,
) -> FillView:
    """Wait for the end of a fill, and tell how far it is.

    Raises
    ------
    Cancelled
        If somebody cancelled it.
    DesignerError
        If it failed; the words are those of the service.
    """
    while True:
        view = _show(service, fill)
        if planned is not None and view.rows_total:
            planned("", view.rows_total)
        for table, rows in view.counts.items():
            if heard is not None:
                heard(table, rows)
        match view.status:
            case "pending" | "running":
                time.sleep(_BEAT)
            case "completed":
                return view
            case "cancelled":
                raise Cancelled("the fill was cancelled; nothing was changed")
            case _:
                raise DesignerError(view.error or "the fill failed; nothing was changed", where="fill")
