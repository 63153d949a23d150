"""Carrying out what views ask about where cards stand and how lines run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from designer_kernel.design import edits
from designer_kernel.design.bends import Bends
from designer_kernel.design.problems import invalid
from designer_kernel.design.values import Position
from designer_kernel.errors import Cancelled, InvalidDesign, UnknownObject
from designer_widgets import layout_intents as intents
from designer_widgets import layouts

if TYPE_CHECKING:
    import threading

    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent
    from designer_widgets.scenes import Scenes
    from designer_widgets.work import Progress, Work

Answer = dict[str, Any]

AT_ONCE: Final = 120
"""Cards that are arranged while somebody waits; more of them are arranged beside the page."""

TASK: Final = "Arranging the diagram"


class LayoutHands:
    """The hands of one widget for layouts, pins and lines; ``arranging`` runs what takes long."""

    def __init__(
        self, session: ProjectSession, scenes: Scenes, arranging: Work, apply: Callable[[edits.Edit, Intent], None]
    ) -> None:
        self._session = session
        self._scenes = scenes
        self._arranging = arranging
        self._apply = apply
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.Arrange: self._arrange,
            intents.StopArranging: self._stop,
            intents.Pin: self._pin,
            intents.BendLine: self._bend,
        }

    def _arrange(self, intent: intents.Arrange) -> Answer:
        if self._scenes.loose(intent.scene) is not None:
            if intent.entity_ids:
                raise InvalidDesign("a part of this cannot be arranged alone", mend="save it as a diagram first")
            self._scenes.clear(intent.scene)
            return {}
        session, diagram = self._session, self._scenes.diagram(intent.scene)
        design, drawn = session.design, self._scenes.shown(intent.scene)
        known = intent.revision if intent.revision is not None else session.revision
        if (len(intent.entity_ids) or len(drawn.cards)) <= AT_ONCE:
            self._apply(layouts.arrangement(design, diagram, only=intent.entity_ids, drawn=drawn), intent)
            return {}

        def job(report: Progress, cancel: threading.Event) -> Answer:
            def told(done: int, total: int) -> None:
                if cancel.is_set():
                    raise Cancelled("the layout was cancelled")
                report(done, total, "")

            edit = layouts.arrangement(design, diagram, only=intent.entity_ids, drawn=drawn, progress=told)
            told(1, 1)
            session.apply(edit, base_revision=known)
            return {"words": "The diagram is arranged; Undo puts every card back"}

        self._arranging.start(TASK, job)
        return {"is_under_way": True}

    def _stop(self, intent: intents.StopArranging) -> Answer:
        self._arranging.cancel()
        return {}

    def _pin(self, intent: intents.Pin) -> Answer:
        if self._scenes.loose(intent.scene) is not None:
            raise InvalidDesign("nothing is kept of where cards stand here", mend="save it as a diagram first")
        diagram, drawn = self._scenes.diagram(intent.scene), self._scenes.shown(intent.scene)
        self._apply(layouts.pins(self._session.design, diagram, drawn, intent.entity_ids, on=intent.on), intent)
        return {}

    def _bend(self, intent: intents.BendLine) -> Answer:
        drawn = self._scenes.shown(intent.scene)
        edge = next((one for one in drawn.edges if one.id == str(intent.line_id)), None)
        source, target = (drawn.card(edge.source_card), drawn.card(edge.target_card)) if edge else (None, None)
        if source is None or target is None:
            raise UnknownObject(f"there is no line {intent.line_id} here", mend="it may have been removed; reload")
        bends = None
        if intent.turns is not None:
            places = {"source": Position(x=source.x, y=source.y), "target": Position(x=target.x, y=target.y)}
            try:
                bends = Bends(turns=intent.turns, **places)
            except ValidationError as error:
                raise invalid(error, "bend_line") from error
        if not self._scenes.bend(intent.scene, intent.line_id, bends):
            self._apply(edits.BendLine(line_id=intent.line_id, bends=bends), intent)
        return {}
