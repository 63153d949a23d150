"""Carrying out what views ask about projects as wholes; what they name must have been listed for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.studio import project_list
from designer_widgets import project_intents as intents

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.project_list import ListedProject
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]


class ProjectHands:
    """The hands of one widget for projects; ``hands`` says which intent is whose.

    Parameters
    ----------
    session
        The project that is open.
    switch
        Shows another one in its place.
    """

    def __init__(self, session: ProjectSession, switch: Callable[[ProjectSession], None]) -> None:
        self._session = session
        self._switch = switch
        self._listed: set[str] = set()
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ListProjects: self._list,
            intents.OpenProject: self._open,
            intents.MakeProject: self._make,
            intents.DuplicateProject: self._duplicate,
            intents.RenameProject: self._rename,
            intents.RemoveProject: self._remove,
        }

    def _list(self, intent: intents.ListProjects) -> Answer:
        found = project_list.files_here(self._session)
        is_asked = intent.with_team or hasattr(self._session, "workspace") or project_list.is_team_at_hand()
        problem = None
        if is_asked:
            try:
                found += project_list.team_here()
            except DesignerError as error:  # the files are there all the same
                problem = error.as_dict()
        self._listed = {one.place for one in found}
        return {
            "projects": [self._document(one) for one in found],
            "has_team": is_asked,
            "problem": problem,
        }

    def _document(self, one: ListedProject) -> Answer:
        return {
            "place": one.place,
            "name": one.name,
            "kind": one.kind,
            "where": one.where,
            "status": one.status,
            "words": one.words,
            "changed_at": one.changed_at.isoformat(timespec="seconds"),
            "changed_by": one.changed_by,
            "is_open": one.place == self._session.place,
        }

    def _open(self, intent: intents.OpenProject) -> Answer:
        self._switch(project_list.opened(self._known(intent.place)))
        return {}

    def _make(self, intent: intents.MakeProject) -> Answer:
        self._switch(project_list.made(intent.name, beside=self._session))
        return {}

    def _duplicate(self, intent: intents.DuplicateProject) -> Answer:
        return {"place": project_list.duplicated(self._known(intent.place), intent.name).place}

    def _rename(self, intent: intents.RenameProject) -> Answer:
        project_list.renamed(self._known(intent.place), intent.name)
        return {}

    def _remove(self, intent: intents.RemoveProject) -> Answer:
        place = self._known(intent.place)
        if place == self._session.place:
            raise DesignerError("this project is open here", where=self._session.name, mend="open another one first")
        return {"words": project_list.removed(place)}

    def _known(self, place: str) -> str:
        """Return a place that was listed.

        Raises
        ------
        UnknownObject
            If it was not: what a view sends opens nothing else.
        """
        if place not in self._listed:
            raise UnknownObject("there is no such project in the list", mend="read the list again")
        return place
