"""Carrying out what views ask about diagrams, notes and printing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from designer_kernel.design import edits
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.membership import shown_ids
from designer_kernel.design.values import Position
from designer_kernel.errors import InvalidDesign
from designer_widgets import diagram_intents as intents
from designer_widgets import layouts

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent
    from designer_widgets.scenes import Scenes

Answer = dict[str, Any]

_STEP = 40.0


class DiagramHands:
    """The hands of one widget for what its views show; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, scenes: Scenes, apply: Callable[[edits.Edit, Intent], None]) -> None:
        self._session = session
        self._scenes = scenes
        self._apply = apply
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.Show: self._show,
            intents.SaveDiagram: self._save,
            intents.ShowMembers: self._members,
            intents.AddNote: self._add_note,
            intents.PrintPicture: self._print,
            intents.SavePicture: self._save_picture,
        }

    def _show(self, intent: intents.Show) -> Answer:
        return {"scene": self._scenes.show(intent)}

    def _save(self, intent: intents.SaveDiagram) -> Answer:
        design = self._session.design
        drawn = self._scenes.shown(intent.scene)
        there = set(shown_ids(design))
        places = {UUID(card.id): Position(x=card.x, y=card.y) for card in drawn.cards if UUID(card.id) in there}
        source = self._scenes.diagram(intent.scene)
        is_whole = intent.is_whole or (source is not None and source.members is None)
        like = {} if source is None else {"lines": source.lines, "detail": source.detail}
        members = None if is_whole else tuple(places)
        made = Diagram(name=intent.name, members=members, positions=places, bends=layouts.bends_in(drawn), **like)
        steps: list[edits.Edit] = [edits.AddObject(collection="diagrams", object=made)]
        here = source.id if source is not None else None
        for note in design.notes if not self._scenes.loose(intent.scene) else ():
            if note.diagram_id == here:
                copy = Note(**{**_fields(note), "diagram_id": made.id})
                steps.append(edits.AddObject(collection="notes", object=copy))
        label = f"save diagram {made.name}"
        edit = steps[0] if len(steps) == 1 else edits.Compound(edits=tuple(steps), label=label)
        self._apply(edit, intent)
        return {"diagram_id": str(made.id)}

    def _members(self, intent: intents.ShowMembers) -> Answer:
        places = self._places(intent)
        if self._scenes.loose(intent.scene) is not None:
            if intent.removed:
                raise InvalidDesign("this is no saved diagram", mend="save it as a diagram first")
            self._scenes.join(intent.scene, set(intent.added), places)
            return {}
        diagram = self._scenes.diagram(intent.scene)
        if diagram is None:
            raise InvalidDesign("everything is shown already", mend="save a diagram, or choose one")
        new = tuple(key for key in intent.added if not diagram.shows(key))
        steps: list[edits.Edit] = []
        if intent.removed and diagram.members is None:
            rest = tuple(key for key in shown_ids(self._session.design) if key not in set(intent.removed))
            steps.append(edits.ChangeObject(collection="diagrams", object_id=diagram.id, changes={"members": rest}))
        elif new or intent.removed:
            members = {"added": new, "removed": intent.removed}
            steps.append(edits.ChangeMembers(collection="diagrams", object_id=diagram.id, **members))
        if new and places:
            steps.append(edits.MoveNodes(positions={key: places[key] for key in new}, diagram_id=diagram.id))
        if steps:
            label = steps[0].describe(self._session.design)
            self._apply(steps[0] if len(steps) == 1 else edits.Compound(edits=tuple(steps), label=label), intent)
        return {}

    def _places(self, intent: intents.ShowMembers) -> dict[UUID, Position]:
        if intent.x is None or intent.y is None:
            return {}
        return {
            key: Position(x=intent.x + _STEP * index, y=intent.y + _STEP * index)
            for index, key in enumerate(intent.added)
        }

    def _add_note(self, intent: intents.AddNote) -> Answer:
        if self._scenes.loose(intent.scene) is not None:
            raise InvalidDesign("a note stands on a saved diagram", mend="save this as a diagram first")
        diagram = self._scenes.diagram(intent.scene)
        place = Position(x=intent.x, y=intent.y)
        note = Note(text=intent.text, position=place, diagram_id=diagram.id if diagram is not None else None)
        self._apply(edits.AddObject(collection="notes", object=note), intent)
        return {"note_id": str(note.id)}

    def _print(self, intent: intents.PrintPicture) -> Answer:
        from designer_kernel.diagram import svg

        return {"svg": svg.render(self._scenes.picture(intent.scene), theme="light")}

    def _save_picture(self, intent: intents.SavePicture) -> Answer:
        from designer_kernel.diagram import cropping, outlines, svg
        from designer_kernel.diagram.shapes import Bounds

        drawn = self._scenes.picture(intent.scene)
        if intent.part is None:
            text = svg.render(drawn, theme=intent.theme)
        else:
            part = Bounds(intent.part.x, intent.part.y, intent.part.width, intent.part.height)
            text = svg.render(cropping.cropped(drawn, part), theme=intent.theme, title="", with_legend=False)
        kept = 0
        if intent.outlined:
            outlined = outlines.outlined(text, intent.theme)
            text, kept = outlined.svg, outlined.kept
        name = "".join(one if one.isalnum() or one in "-_" else "-" for one in drawn.title).strip("-") or "diagram"
        return {"svg": text, "name": name[:80], "kept": kept}


def _fields(note: Note) -> dict[str, Any]:
    return {name: getattr(note, name) for name in type(note).model_fields if name != "id"}
