"""What a view may ask about projects as wholes: which there are, another one in its place, new ones, copies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designer_widgets.intent_bases import Changing, Roaming

Place = Annotated[str, Field(min_length=1, max_length=4096)]
Name = Annotated[str, Field(min_length=1, max_length=63)]


class ListProjects(Roaming):
    """Return the projects that can be opened from here; those of teams if asked for, or if that costs nothing."""

    kind: Literal["list_projects"]
    with_team: bool = False


class OpenProject(Roaming):
    """Show another project in the place of this one; it must have been listed."""

    kind: Literal["open_project"]
    place: Place


class MakeProject(Roaming, Changing):
    """Make a new project where this one is, and show it."""

    kind: Literal["make_project"]
    name: Name


class DuplicateProject(Roaming, Changing):
    """Make a copy of a project under another name."""

    kind: Literal["duplicate_project"]
    place: Place
    name: Name


class RenameProject(Roaming, Changing):
    """Give a project another name."""

    kind: Literal["rename_project"]
    place: Place
    name: Name


class RemoveProject(Roaming, Changing):
    """Remove a project that is not the open one."""

    kind: Literal["remove_project"]
    place: Place


ProjectIntent = ListProjects | OpenProject | MakeProject | DuplicateProject | RenameProject | RemoveProject
