"""Carrying out what views ask about parts of the script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.studio import script_parts
from designer_kernel.studio.deployed import NotDeployed
from designer_widgets import script_intents as intents

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.destination import Destination
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]

_MOST: Final = 20_000
"""Lines that a page is told."""


class ScriptHands:
    """The hands of one widget for parts of the script; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, destination: Destination) -> None:
        self._session = session
        self._destination = destination
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ReadScriptPart: self._part,
            intents.ReadScriptChanges: self._changes,
        }

    def _part(self, intent: intents.ReadScriptPart) -> Answer:
        script = script_parts.of_entities(self._session, intent.entity_ids)
        return {"text": script.text, "statements": len(script.statements)}

    def _changes(self, intent: intents.ReadScriptChanges) -> Answer:
        try:
            found = script_parts.since_deployed(self._session, self._destination.place, intent.entity_ids)
        except NotDeployed as error:
            return {"since": "", "missing": error.what, "pieces": [], "left_out": 0}
        pieces: list[list[list[str]]] = []
        lines = 0
        for piece in found.pieces:
            lines += len(piece)
            if lines > _MOST:
                break
            pieces.append([[line.what, line.text] for line in piece])
        return {
            "since": found.since,
            "missing": "",
            "pieces": pieces,
            "left_out": len(found.pieces) - len(pieces),
        }
