"""Parts of a design as pictures: saved diagrams, what is around an entity, the ways between two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from designer_kernel.design import edits
from designer_kernel.design.diagrams import Diagram as SavedDiagram
from designer_kernel.diagram import mermaid, nearby, seen, svg
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.notebook.results import Diagram, Said
from designer_kernel.notebook.views import NamedView, ReadOnly

if TYPE_CHECKING:
    from designer_kernel.design import Design, Entity
    from designer_kernel.design.objects import SchemaObject
    from designer_kernel.diagram.style import ThemeName
    from designer_kernel.studio.project import ProjectSession


class DiagramView(ReadOnly):
    """One saved diagram, as it is now; it is followed through renames."""

    _calls: ClassVar = {"name": "rename(…)", "members": "add(…) or .remove(…)"}

    def __init__(self, session: ProjectSession, diagram_id: UUID) -> None:
        self._session = session
        self._diagram_id = diagram_id

    @property
    def value(self) -> SavedDiagram:
        """The diagram itself, an immutable value of the design.

        Raises
        ------
        UnknownObject
            If it has been removed.
        """
        return seen.diagram_of(self._session.design, self._diagram_id)

    @property
    def name(self) -> str:
        """Its name."""
        return self.value.name

    @property
    def members(self) -> list[str]:
        """The names of the entities and views that it shows."""
        names = _names(self._session.design)
        return [name for key, name in names.items() if self.value.shows(key)]

    def add(self, *names: str) -> DiagramView:
        """Show more entities or views."""
        return self._change(added=_ids(self._session.design, names))

    def remove(self, *names: str) -> DiagramView:
        """Show some no more; the design keeps them."""
        return self._change(removed=_ids(self._session.design, names))

    def rename(self, name: str) -> DiagramView:
        """Give it another name."""
        self._session.apply(
            edits.ChangeObject(collection="diagrams", object_id=self._diagram_id, changes={"name": name})
        )
        return self

    def delete(self) -> None:
        """Remove the diagram with its notes; what it shows stays in the design."""
        self._session.apply(edits.RemoveObject(collection="diagrams", object_id=self._diagram_id))

    def erd(self, theme: ThemeName = "auto") -> Diagram:
        """Return it as a picture; ``.save("orders.svg")`` keeps it."""
        return saved(self._session.design, self._diagram_id, theme)

    def _change(self, **members: Any) -> DiagramView:
        self._session.apply(edits.ChangeMembers(collection="diagrams", object_id=self._diagram_id, **members))
        return self

    def _repr_svg_(self) -> str:
        return self.erd().svg

    def __repr__(self) -> str:
        value = self.value
        count = "everything" if value.members is None else f"cards: {len(value.members)}"
        return f"{value.name}: {count}"


class DiagramViews(NamedView[DiagramView]):
    """The saved diagrams of a design by name."""

    def __init__(self, session: ProjectSession) -> None:
        self._session = session

    def _items(self) -> dict[str, DiagramView]:
        return {one.name: DiagramView(self._session, one.id) for one in self._session.design.diagrams}

    def _what(self) -> tuple[str, str]:
        return "diagram", self._session.name

    def add(self, name: str, *members: str) -> DiagramView:
        """Save a diagram of these entities and views; without any it shows everything, also what is to come."""
        ids = _ids(self._session.design, members) if members else None
        made = SavedDiagram(name=name, members=ids)
        self._session.apply(edits.AddObject(collection="diagrams", object=made))
        return DiagramView(self._session, made.id)


class DrawsProject:
    """What a project shows of its design in parts."""

    session: ProjectSession

    @property
    def diagrams(self) -> DiagramViews:
        """The saved diagrams by name: ``project.diagrams.add("Ordering", "orders", "order_items")``."""
        return DiagramViews(self.session)

    def svg(self, theme: ThemeName = "light", *, diagram: str | None = None) -> str:
        """Return the picture as SVG text: of the whole design, or of a saved diagram."""
        return self.session.svg(theme) if diagram is None else saved(self.session.design, diagram, theme).svg

    def png(self, theme: ThemeName = "light", *, diagram: str | None = None, scale: float = 2.0) -> bytes:
        """Return the picture as PNG, with so many pixels for each pixel of the diagram: 2 for screens, 4 for print.

        Raises
        ------
        DesignerError
            If what draws it is not installed (``pip install "schema-designer[picture]"``), or it would be too large.
        """
        from designer_kernel.diagram import raster

        return raster.png(self.svg(theme, diagram=diagram), scale=scale, theme=theme)

    def focus(self, names: str | Iterable[str], distance: int = 1, *, theme: ThemeName = "auto") -> Diagram:
        """Return a picture of one or more entities with all that are at most so many relationships away."""
        design = self.session.design
        names = [names] if isinstance(names, str) else list(names)
        around = nearby.focus(design, _ids(design, names), distance)
        return _part(design, around, theme, title=f"{design.name}: around {', '.join(names)}")

    def ways(self, source: str, target: str, *, theme: ThemeName = "auto") -> Diagram | Said:
        """Return a picture of the shortest ways between two entities along relationships, all of the same length."""
        design = self.session.design
        (first,), (last,) = _ids(design, (source,)), _ids(design, (target,))
        ways = nearby.paths(design, first, last)
        if not ways:
            return Said(f"no relationships lead from {source} to {target}")
        on_the_way = {key for way in ways for key in way.entity_ids}
        lines = {key for way in ways for key in way.relationship_ids}
        return _part(design, on_the_way, theme, title=f"{design.name}: {source} to {target}", only_lines=lines)


def saved(design: Design, key: str | UUID, theme: ThemeName) -> Diagram:
    """Return a saved diagram as a picture.

    Raises
    ------
    UnknownObject
        If there is none of this id or name.
    """
    diagram = seen.diagram_of(design, key)
    only = None if diagram.members is None else set(map(str, diagram.members))
    return Diagram(svg.render(seen.picture_of(design, diagram), theme=theme), mermaid.render(design, only=only))


def _part(design: Design, members: Iterable[UUID], theme: ThemeName, **more: Any) -> Diagram:
    ids = frozenset(members)
    drawn = seen.part(design, ids, **more)
    return Diagram(svg.render(drawn, theme=theme), mermaid.render(design, only=set(map(str, ids))))


def _names(design: Design) -> dict[UUID, str]:
    items: list[Entity | SchemaObject] = [*design.entities, *design.views, *design.materialized_views]
    return {item.id: design.qualified_name(item) for item in items}


def _ids(design: Design, names: Iterable[str]) -> tuple[UUID, ...]:
    """Return the ids of entities and views.

    Raises
    ------
    UnknownObject
        If there is none of one of the names.
    DesignerError
        If no name is given.
    """
    found = []
    views = {name: key for key, name in _names(design).items()}
    for name in names:
        entity = design.find_entity(name)
        key = entity.id if entity is not None else views.get(name)
        if key is None:
            design.entity(name)  # says what is meant
            raise UnknownObject(f"there is no view {name!r}", where=design.name)
        found.append(key)
    if not found:
        raise DesignerError("no entity is named", where=design.name, mend="name one or more entities")
    return tuple(dict.fromkeys(found))
