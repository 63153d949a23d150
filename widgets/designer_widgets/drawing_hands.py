"""Carrying out what is drawn on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_kernel.design import edits
from designer_kernel.design.values import Position
from designer_widgets import attribute_lines, connecting, drafts, pasting
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
            intents.Connect: self._connect,
            intents.CarryAttribute: self._carry,
            intents.DuplicatePart: self._duplicate,
            intents.Paste: self._paste,
        }

    def _line(self, intent: intents.AttributeLine) -> Answer:
        attribute = attribute_lines.attribute_of(self._session.design, intent.entity_id, intent.attribute_id)
        return {"line": attribute_lines.line_of(attribute)}

    def _put(self, intent: intents.PutAttribute) -> Answer:
        edit = attribute_lines.change(self._session.design, intent.entity_id, intent.attribute_id, intent.line)
        if edit is not None:
            self._apply(edit, intent)
        return {}

    def _connect(self, intent: intents.Connect) -> Answer:
        design = self._session.design
        steps: list[edits.Edit] = []
        target_id = intent.target_id
        if target_id is None:
            entity = drafts.new_entity(design, intent.x, intent.y, intent.name)
            target_id = entity.id
            steps.append(edits.AddEntity(entity=entity))
            design = edits.apply(design, steps[0])
        stroke = connecting.Stroke(
            intent.source_id, intent.source_rows, target_id, intent.target_row, is_many=intent.is_many
        )
        lines, relationship = connecting.connection(design, stroke)
        ends = (relationship.source_entity_id, relationship.target_entity_id)
        label = f"connect {' and '.join(design.entity(end).name for end in ends)}"
        self._apply(edits.Compound(edits=(*steps, *lines), label=label), intent)
        return {"relationship_id": str(relationship.id), "entity_id": str(target_id), "told": label}

    def _carry(self, intent: intents.CarryAttribute) -> Answer:
        edit, attribute_id = attribute_lines.carried(
            self._session.design, intent.entity_id, intent.attribute_id, intent.to_id, intent.position
        )
        self._apply(edit, intent)
        return {"attribute_id": str(attribute_id)}

    def _duplicate(self, intent: intents.DuplicatePart) -> Answer:
        return self._add_part(pasting.part_of(self._session.design, intent.entity_ids), None, intent)

    def _paste(self, intent: intents.Paste) -> Answer:
        return self._add_part(pasting.read_part(intent.text), Position(x=intent.x, y=intent.y), intent)

    def _add_part(self, part: pasting.Part, at: Position | None, intent: Intent) -> Answer:
        edit, made = pasting.pasted(self._session.design, part, at)
        self._apply(edit, intent)
        return {"entity_ids": [str(entity.id) for entity in made], "told": [entity.name for entity in made]}
