"""Widgets over the designer's kernel: the designer, the diagram, and panels for dashboards.

Widget libraries are imported when a widget is made, so that naming this package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.app import Designer
    from designer_widgets.cytoscape import Graph
    from designer_widgets.details import EntityDetails
    from designer_widgets.rows import DataPreview, RowCounts

__all__ = ["data_preview", "designer", "diagram", "entity_details", "graph", "row_counts"]


def designer(
    project: Any,
    *,
    read_only: bool = False,
    allow_deploy: bool | None = None,
    height: str | None = None,
    panel: str | None = None,
) -> Designer:
    """Return the designer of a project, to be displayed.

    Parameters
    ----------
    project
        A project, or its session.
    read_only
        Only look: pan, zoom, select, see details.
    allow_deploy
        Whether the page may deploy to the project's target and fill it. By default a notebook may, and a page served
        by Voilà only with ``DESIGNER_ALLOW_DEPLOY=1`` in its server's environment.
    height
        A CSS length; by default a page served by Voilà is filled, and a notebook's output is 720 pixels high.
    panel
        Show this panel alone; see `designer_widgets.panels.PANELS`.

    Raises
    ------
    UnknownObject
        If there is no such panel.
    """
    from designer_kernel.studio.exports import NOTATIONS
    from designer_widgets.app import Designer
    from designer_widgets.panels import HEIGHT, shown_alone
    from designer_widgets.permissions import can_choose_target, can_deploy, can_see_rows, is_served

    alone = shown_alone(panel)
    may_deploy = can_deploy(read_only=read_only, allow_deploy=allow_deploy)
    settings = {
        "read_only": read_only,
        "can_deploy": may_deploy,
        "can_choose_target": can_choose_target(can_deploy=may_deploy),
        "can_see_rows": can_see_rows(allow_deploy=allow_deploy),
        "has_projects": not is_served() and panel in (None, "navigator"),
        "has_connections": may_deploy and hasattr(session_of(project), "workspace"),
        "height": height or (HEIGHT if panel else "calc(100vh - 36px)" if is_served() else "720px"),
        "fills_page": is_served(),
        **alone,
        "notations": [{"name": each.name, "label": each.label, "suffix": each.suffix} for each in NOTATIONS.values()],
    }
    return Designer(session_of(project), settings=settings)


def diagram(project: Any, *, height: str = "560px") -> Designer:
    """Return the diagram of a project alone: read only, to pan, zoom and select."""
    from designer_widgets.app import Designer

    settings = {
        "read_only": True,
        "can_deploy": False,
        "can_choose_target": False,
        "height": height,
        "fills_page": False,
        "canvas_only": True,
    }
    return Designer(session_of(project), settings=settings)


def graph(project: Any) -> Graph:
    """Return the diagram as an ipycytoscape graph: ``selected`` tells what was clicked."""
    from designer_widgets.cytoscape import Graph

    return Graph(session_of(project))


def entity_details(project: Any) -> EntityDetails:
    """Return a choice of entities with the attributes, keys, indexes and relationships of the chosen one."""
    from designer_widgets.details import EntityDetails

    return EntityDetails(session_of(project))


def row_counts(project: Any) -> RowCounts:
    """Return the tables of the project's database with their numbers of rows."""
    from designer_widgets.rows import RowCounts

    return RowCounts(session_of(project))


def data_preview(project: Any, limit: int = 20) -> DataPreview:
    """Return the first rows of a table of the project's database, chosen from a list."""
    from designer_widgets.rows import DataPreview

    return DataPreview(session_of(project), limit)


def session_of(project: Any) -> ProjectSession:
    """Return the session behind a project, or the session itself."""
    session: ProjectSession = getattr(project, "session", project)
    return session
