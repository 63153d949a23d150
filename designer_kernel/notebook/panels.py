"""Panels of the designer by name, each as a widget of its own: ``project.panel.data()``, ``project.panel("data")``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

PANELS: Final = {
    "canvas": "the diagram, to draw in",
    "navigator": "projects, and what there is in this one",
    "inspector": "all about what is chosen",
    "validation": "findings, with their mends",
    "ddl": "the SQL of the design",
    "migrate": "the plan from the database to the design",
    "deploy": "deploying and filling",
    "data": "rows of what is deployed",
    "query": "queries, drawn or typed",
    "sample": "sample data",
    "history": "changes, versions, ways back",
    "transfer": "import and export",
    "connections": "connections of the team",
}
"""Names of the panels, and what each is for."""


class Panels:
    """The panels of one project; calling one returns its widget, which takes the options of ``project.designer``.

    Parameters
    ----------
    show
        Makes the widget of a panel, given its name as ``panel``.
    """

    def __init__(self, show: Callable[..., Any]) -> None:
        self._show = show

    def __call__(self, name: str, **options: Any) -> Any:
        """Return a panel as a widget.

        Raises
        ------
        UnknownObject
            If there is no such panel.
        """
        return self._show(panel=name, **options)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in PANELS:
            raise AttributeError(f"there is no panel {name!r}; there are {', '.join(PANELS)}")
        return partial(self, name)

    def __dir__(self) -> list[str]:
        return sorted(PANELS)

    def __getitem__(self, name: str) -> Any:
        return self(name)

    def _ipython_key_completions_(self) -> list[str]:
        return list(PANELS)

    def __repr__(self) -> str:
        width = max(map(len, PANELS))
        return "\n".join(f"project.panel.{name + '()':<{width + 2}}  {what}" for name, what in PANELS.items())
