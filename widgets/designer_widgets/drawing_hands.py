"""Carrying out what is drawn on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_kernel.design import edits
from designer_widgets import attribute_lines
from designer_widgets import drawing_intents as intents

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]


class DrawingHands:
    """The hands of one widget for what is drawn; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, apply: Callable[[edits.Edit, Intent], None]) -> None:
        self._session = session
        self._apply = apply
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.AttributeLine: self._line,
            intents.PutAttribute: self._put,
        }

    def _line(self, intent: intents.AttributeLine) -> Answer:
        attribute = attribute_lines.attribute_of(self._session.design, intent.entity_id, intent.attribute_id)
        return {"line": attribute_lines.line_of(attribute)}

    def _put(self, intent: intents.PutAttribute) -> Answer:
        edit = attribute_lines.change(self._session.design, intent.entity_id, intent.attribute_id, intent.line)
        if edit is not None:
            self._apply(edit, intent)
        return {}
