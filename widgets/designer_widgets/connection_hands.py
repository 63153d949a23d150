"""Carrying out what views ask about the connections of a team's workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from designer_widgets import connection_intents as intents

if TYPE_CHECKING:
    from uuid import UUID

    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.working import Connections
    from designer_widgets.intent_bases import Intent
    from designer_widgets.work import Work

Answer = dict[str, Any]

_SHOWN: Final = ("name", "mode", "has_secret", "is_mine")


class ConnectionHands:
    """The hands of one widget for connections; ``hands`` says which intent is whose.

    Whoever acts in this process must have the right to each of them: that is asked by the use cases, not here.
    """

    def __init__(self, session: ProjectSession, work: Work) -> None:
        self._session = session
        self._work = work
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ListConnections: self._list,
            intents.AddConnection: self._add,
            intents.TryConnection: self._try,
            intents.RemoveConnection: self._remove,
        }

    def _list(self, _intent: intents.ListConnections) -> Answer:
        return self._document()

    def _add(self, intent: intents.AddConnection) -> Answer:
        from designer_kernel.studio.team.secrets.secret import Secret

        uri = Secret(intent.connection_uri.get_secret_value())
        self._connections().add(intent.name, uri, intent.mode)
        return self._document()

    def _try(self, intent: intents.TryConnection) -> Answer:
        there, name = self._connections(), self._name(intent.connection)

        def job(_progress: Any, _cancel: Any) -> dict[str, Any]:
            trial = there.tried(name)
            if not trial.is_ok:
                return {"words": f"{name}: {trial.error}", "notes": [trial.mend], "is_ok": False}
            words = f"{name}: connected in {trial.milliseconds} ms, PostgreSQL {trial.version}"
            return {"words": words, "notes": list(trial.warnings), "is_ok": True}

        self._work.start("Testing", job)
        return {}

    def _remove(self, intent: intents.RemoveConnection) -> Answer:
        self._connections().remove(self._name(intent.connection))
        return self._document()

    def _connections(self) -> Connections:
        from designer_kernel.studio.team.working import connections_of

        return connections_of(self._session)

    def _name(self, connection: UUID) -> str:
        """Return what a connection is called, if it is one of this workspace: a page may send any id."""
        from designer_kernel.errors import UnknownObject

        found = next((one.name for one in self._connections().all() if one.id == connection), None)
        if found is None:
            raise UnknownObject("there is no such connection", mend="look at those there are")
        return found

    def _document(self) -> Answer:
        there = self._connections().all()
        return {"connections": [{"id": str(one.id)} | {name: getattr(one, name) for name in _SHOWN} for one in there]}
