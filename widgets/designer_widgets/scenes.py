"""What each view shows: everything, or a part with a picture of its own.

A saved diagram is data of the design. What is around an entity, or the ways between two, is the view's own: nothing of
it is kept. Either is called a scene here; views that show the same share one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from designer_kernel.design import edits
from designer_kernel.design.membership import shown_ids
from designer_kernel.design.values import Position
from designer_kernel.diagram import nearby, seen
from designer_kernel.diagram.routes import Routes
from designer_kernel.errors import DesignerError, UnknownObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from designer_kernel.design import Design, Entity
    from designer_kernel.design.bends import Bends
    from designer_kernel.design.diagrams import Diagram
    from designer_kernel.design.objects import SchemaObject
    from designer_kernel.diagram.shapes import Picture, Point
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.diagram_intents import Show

Document = dict[str, Any]

_AT_ONCE: Final = 300
"""Lines of a scene that are laid while somebody waits; of a larger one they are plain until it is printed."""

_MOST_VIEWS: Final = 64
"""Views that are remembered: pages that are gone do not always say so."""


@dataclass
class Scene:
    """A part of the design that some view shows.

    Attributes
    ----------
    joined
        Entities that were made in it, and belong to it for that.
    places
        Where a person has put cards of a scene that is not saved.
    bends
        Where a person has laid lines of one, by the ids of the lines.
    """

    key: str
    what: Literal["diagram", "focus", "ways"]
    ids: tuple[UUID, ...]
    distance: int = 1
    joined: set[UUID] = field(default_factory=set)
    places: dict[UUID, Position] = field(default_factory=dict)
    bends: dict[UUID, Bends] = field(default_factory=dict)
    version: int = 0
    _known: dict[str, Point] = field(default_factory=dict)
    _routes: Routes = field(default_factory=Routes)

    def diagram(self, design: Design) -> Diagram | None:
        """Return the saved diagram that it shows, if it is one."""
        if self.what != "diagram":
            return None
        return next((one for one in design.diagrams if one.id == self.ids[0]), None)

    def picture(self, design: Design, at_most: int | None = _AT_ONCE) -> Picture | None:
        """Return its picture; ``None`` if there is nothing left of it."""
        more: dict[str, Any] = {"previous": self._known, "routes": self._routes, "at_most": at_most}
        diagram = self.diagram(design)
        if self.what == "diagram":
            drawn = None if diagram is None else seen.picture_of(design, diagram, **more)
        else:
            members, lines = self._members(design)
            title = self.words(design)
            more |= {"title": title, "places": self.places, "only_lines": lines, "bends": self.bends}
            drawn = seen.part(design, members, **more) if members else None
        if drawn is not None:
            self._known |= {card.id: (card.x, card.y) for card in drawn.cards if not card.is_pinned}
        return drawn

    def forget(self) -> None:
        """Forget where the layout has put cards."""
        self._known.clear()
        self.version += 1

    def words(self, design: Design) -> str:
        """Return what it shows, in words."""
        diagram = self.diagram(design)
        if diagram is not None:
            return diagram.name
        cards: list[Entity | SchemaObject] = [*design.entities, *design.views, *design.materialized_views]
        names = {item.id: item.name for item in cards}
        told = [names[key] for key in self.ids if key in names]
        if self.what == "ways":
            return f"from {' to '.join(told)}"
        return f"around {', '.join(told[:3])}{f' and {len(told) - 3} more' if len(told) > 3 else ''}"

    def _members(self, design: Design) -> tuple[set[UUID], set[UUID] | None]:
        """Return what is shown, and the relationships whose lines are."""
        there = set(shown_ids(design))
        if self.what == "focus":
            start = there.intersection(self.ids)
            return (set(nearby.focus(design, start, self.distance)) | self.joined & there if start else set()), None
        if not there.issuperset(self.ids):
            return set(), None
        ways = nearby.paths(design, *self.ids[:2])
        lines = {key for way in ways for key in way.relationship_ids}
        return {key for way in ways for key in way.entity_ids} | self.joined & there, lines


class Scenes:
    """The scenes of one widget's views."""

    def __init__(self, session: ProjectSession) -> None:
        self._session = session
        self._of_view: dict[str, str] = {}
        self._scenes: dict[str, Scene] = {}
        self._documents: dict[str, tuple[tuple[int, int], Document | None]] = {}

    def show(self, intent: Show) -> str:
        """Show a view something else, and return its key; empty for everything.

        Raises
        ------
        UnknownObject
            If there is no such diagram or entity, or no way between two.
        """
        scene = None if intent.what == "all" else _scene(self._session.design, intent)
        self.forget(intent.view)
        if scene is None:
            return ""
        if len(self._of_view) >= _MOST_VIEWS:
            self.forget(next(iter(self._of_view)))
        self._of_view[intent.view] = scene.key
        self._scenes.setdefault(scene.key, scene)
        return scene.key

    def forget(self, view: str) -> None:
        """Forget a view, and what only it has shown."""
        key = self._of_view.pop(view, "")
        if key and key not in self._of_view.values():
            self._scenes.pop(key, None)
            self._documents.pop(key, None)

    def documents(self) -> dict[str, Document]:
        """Return the pictures of all scenes by their keys; what nothing is left of has none."""
        session = self._session
        found: dict[str, Document] = {}
        with session.lock:
            for key, scene in list(self._scenes.items()):
                state = (session.revision, scene.version)
                known = self._documents.get(key)
                if known is None or known[0] != state:
                    known = (state, _document(scene, session.design))
                    self._documents[key] = known
                if known[1] is not None:
                    found[key] = known[1]
        return found

    def picture(self, key: str) -> Picture:
        """Return the picture that a view shows, with all its lines."""
        return self._drawn(key, None) or self._session.picture()

    def shown(self, key: str) -> Picture:
        """Return what a view shows; lines need not be laid yet."""
        return self._drawn(key, _AT_ONCE) or self._session.sketch()

    def _drawn(self, key: str, at_most: int | None) -> Picture | None:
        scene = self._scenes.get(key)
        if scene is None:
            return None
        with self._session.lock:  # what a scene remembers of its lines is not for two threads
            return scene.picture(self._session.design, at_most)

    def diagram(self, key: str) -> Diagram | None:
        """Return the saved diagram that a view shows, if it does."""
        scene = self._scenes.get(key)
        return scene.diagram(self._session.design) if scene is not None else None

    def loose(self, key: str) -> Scene | None:
        """Return the scene that a view shows and that is not saved, if it does."""
        scene = self._scenes.get(key)
        return scene if scene is not None and scene.what != "diagram" else None

    def place(self, key: str, positions: Mapping[UUID, Position | None]) -> bool:
        """Put cards elsewhere in a scene that is not saved; whether it is one."""
        scene = self.loose(key)
        if scene is None:
            return False
        with self._session.lock:
            for one, place in positions.items():
                if place is None:
                    scene.places.pop(one, None)
                else:
                    scene.places[one] = place
            scene.version += 1
        return True

    def clear(self, key: str) -> bool:
        """Lay a scene that is not saved out anew; whether it is one."""
        scene = self.loose(key)
        if scene is None:
            return False
        with self._session.lock:
            scene.places.clear()
            scene.bends.clear()
            scene.forget()
        return True

    def bend(self, key: str, line_id: UUID, bends: Bends | None) -> bool:
        """Lay a line by hand in a scene that is not saved, or leave it to the router; whether it is one."""
        scene = self.loose(key)
        if scene is None:
            return False
        with self._session.lock:
            if bends is None:
                scene.bends.pop(line_id, None)
            else:
                scene.bends[line_id] = bends
            scene.version += 1
        return True

    def join(self, key: str, ids: set[UUID], places: Mapping[UUID, Position]) -> None:
        """Show more entities in a scene that is not saved."""
        scene = self.loose(key)
        if scene is not None:
            with self._session.lock:
                scene.joined |= ids
                scene.places |= places
                scene.version += 1

    def meant(self, edit: edits.Edit, key: str) -> edits.Edit:
        """Return an edit as it is meant by who looks at a scene: what is new belongs there, and stands there."""
        scene = self._scenes.get(key)
        if scene is None:
            return edit
        diagram = scene.diagram(self._session.design)
        if diagram is not None:
            edit = _moved_in(edit, diagram.id)
        new = _new_cards(self._session.design, edit)
        if not new or (scene.what == "diagram" and diagram is None):
            return edit
        placed = {one: place for one, place in new.items() if place is not None}
        if diagram is None:
            self.join(key, set(new), placed)
        return _compound(edit, diagram, set(new), placed)


def _scene(design: Design, intent: Show) -> Scene:
    if intent.what == "diagram":
        if intent.diagram_id is None:
            raise UnknownObject("no diagram is named", where="show", mend="choose one")
        diagram = seen.diagram_of(design, intent.diagram_id)
        return Scene(f"diagram-{diagram.id}", "diagram", (diagram.id,))
    ids = tuple(dict.fromkeys(intent.entity_ids))
    if intent.what == "focus":
        if not ids:
            raise UnknownObject("nothing is selected", where="show", mend="select an entity first")
        nearby.focus(design, ids, 0)
        ids = tuple(sorted(ids))
        return Scene(f"focus-{intent.distance}-{_digest(ids)}", "focus", ids, intent.distance)
    if len(ids) != 2:
        raise UnknownObject("a way leads between two entities", where="show", mend="select two")
    if not nearby.paths(design, *ids):
        names = [design.entity(key).name for key in ids]
        raise UnknownObject(f"no relationships lead from {names[0]} to {names[1]}", mend="relate what is between them")
    return Scene(f"ways-{_digest(ids)}", "ways", ids)


def _digest(ids: tuple[UUID, ...]) -> str:
    return blake2b(b"".join(key.bytes for key in ids), digest_size=12).hexdigest()


def _document(scene: Scene, design: Design) -> Document | None:
    drawn = scene.picture(design)
    if drawn is None:
        return None
    diagram = scene.diagram(design)
    about = {
        "key": scene.key,
        "what": scene.what,
        "name": scene.words(design),
        "diagram_id": str(diagram.id) if diagram is not None else "",
        "is_whole": diagram is not None and diagram.members is None,
        "entity_ids": [] if diagram is not None else [str(key) for key in scene.ids],
        "distance": scene.distance,
        "lines": list(diagram.lines) if diagram is not None else [],
        "detail": diagram.detail if diagram is not None else "all",
    }
    return drawn.to_dict() | {"scene": about}


def _new_cards(design: Design, edit: edits.Edit) -> dict[UUID, Position | None]:
    """Return the entities that an edit adds, with where they stand."""
    try:
        after = edit.applied(design)
    except DesignerError:
        return {}  # it is refused where it is made
    before = {entity.id for entity in design.entities}
    return {entity.id: entity.position for entity in after.entities if entity.id not in before}


def _moved_in(edit: edits.Edit, diagram_id: UUID) -> edits.Edit:
    """Return an edit that moves cards and lays lines in a diagram."""
    if isinstance(edit, edits.MoveNodes | edits.BendLine) and edit.diagram_id is None:
        return edit.model_copy(update={"diagram_id": diagram_id})
    if isinstance(edit, edits.Compound):
        return edit.model_copy(update={"edits": tuple(_moved_in(one, diagram_id) for one in edit.edits)})
    return edit


def _compound(edit: edits.Edit, diagram: Diagram | None, new: set[UUID], placed: Mapping[UUID, Position]) -> edits.Edit:
    """Return an edit whose new entities stand in a diagram where they were put, and elsewhere where there is room."""
    steps = [edit]
    if placed:
        steps.append(edits.MoveNodes(positions=dict.fromkeys(placed)))
    if diagram is not None:
        if diagram.members is not None:
            steps.append(edits.ChangeMembers(collection="diagrams", object_id=diagram.id, added=tuple(sorted(new))))
        if placed:
            steps.append(edits.MoveNodes(positions=dict(placed), diagram_id=diagram.id))
    return edits.Compound(edits=tuple(steps), label=_label(edit)) if len(steps) > 1 else edit


def _label(edit: edits.Edit) -> str:
    if isinstance(edit, edits.AddEntity):
        return f"add entity {edit.entity.name}"
    return edit.label if isinstance(edit, edits.Compound) else ""
