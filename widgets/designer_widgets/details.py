"""Details of one entity as tables: attributes, keys, indexes, relationships. For dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import ipywidgets

from designer_kernel.design.expansion import expand
from designer_kernel.diagram.spelling import short_type
from designer_kernel.errors import DesignerError
from designer_widgets import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from designer_kernel.design import Attribute, Design, Entity
    from designer_kernel.studio.changes import Change
    from designer_kernel.studio.project import ProjectSession


def details_html(design: Design, key: str) -> str:
    """Return the tables of an entity, everything that traits and relationships add included."""
    try:
        expanded = expand(design)
    except DesignerError as error:
        return tables.STYLE + tables.note(str(error), is_error=True)
    entity = expanded.design.find_entity(key) or design.find_entity(key)
    if entity is None:
        return tables.STYLE + tables.note("Choose an entity.")
    origins = {str(each): origin for each, origin in expanded.origins.items()}
    parts = [
        tables.note(entity.description) if entity.description else "",
        tables.table("Attributes", ("name", "type", "", "default", "from", "comment"), _attributes(entity, origins)),
        tables.table("Keys and checks", ("kind", "of", "name"), _constraints(entity)),
        tables.table("Indexes", ("method", "keys", "where"), _indexes(entity)),
        tables.table("Foreign keys", ("columns", "refer to", "on delete"), _foreign_keys(expanded, entity)),
        tables.table(
            "Policies", ("name", "for", "rows"), ((p.name, p.command, p.using or "") for p in entity.policies)
        ),
    ]
    return tables.STYLE + "".join(parts)


class EntityDetails(ipywidgets.VBox):  # type: ignore[misc]
    """A choice of entities with the tables of the chosen one; ``value`` is its name."""

    def __init__(self, session: ProjectSession) -> None:
        self.session = session
        self.choice = ipywidgets.Dropdown(description="Entity", options=self._names())
        self.tables = ipywidgets.HTML()
        super().__init__([self.choice, self.tables])
        self.choice.observe(lambda _: self._draw(), names="value")
        self._unsubscribe: Callable[[], None] = session.subscribe(self._changed)
        self._draw()

    @property
    def value(self) -> str:
        """The qualified name of the entity that is shown."""
        return str(self.choice.value or "")

    @value.setter
    def value(self, name: str) -> None:
        self.choice.value = name

    def show(self, entity_id: str) -> None:
        """Show the entity of an id, if there is one: what a click on a graph gives."""
        for entity in self.session.design.entities:
            if str(entity.id) == entity_id:
                self.choice.value = self.session.design.qualified_name(entity)

    def close(self) -> None:
        """Take the panel off the page and stop following the project."""
        self._unsubscribe()
        super().close()

    def _names(self) -> list[str]:
        design = self.session.design
        return sorted(design.qualified_name(entity) for entity in design.entities)

    def _changed(self, change: Change) -> None:
        before = self.choice.value
        names = self._names()
        self.choice.options = names
        self.choice.value = before if before in names else (names[0] if names else None)
        self._draw()

    def _draw(self) -> None:
        self.tables.value = details_html(self.session.design, self.value)


def _attributes(entity: Entity, origins: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for attribute in entity.attributes:
        marks = [
            "primary key" if attribute.is_primary_key else "",
            "not null" if not attribute.is_nullable and not attribute.is_primary_key else "",
            "unique" if attribute.is_unique else "",
        ]
        yield (
            attribute.name,
            short_type(attribute.type),
            ", ".join(filter(None, marks)),
            _default(attribute),
            origins.get(str(attribute.id), ""),
            attribute.description,
        )


def _default(attribute: Attribute) -> str:
    if attribute.identity:
        return f"identity {attribute.identity.lower()}"
    return f"= {attribute.generated}" if attribute.generated else attribute.default_value or ""


def _constraints(entity: Entity) -> Iterator[tuple[Any, ...]]:
    key = entity.primary_key or tuple(a.name for a in entity.attributes if a.is_primary_key)
    if key:
        yield "primary key", ", ".join(key), ""
    for unique in entity.keys:
        yield "unique", ", ".join(unique.attributes), unique.name or ""
    for check in entity.checks:
        yield "check", check.expression, check.name or ""
    for exclusion in entity.exclusions:
        yield (
            "exclude",
            ", ".join(f"{e.expression} with {e.operator}" for e in exclusion.elements),
            exclusion.name or "",
        )


def _indexes(entity: Entity) -> Iterator[tuple[Any, ...]]:
    for index in entity.indexes:
        keys = ", ".join((k.attribute or f"({k.expression})") + (" desc" if k.descending else "") for k in index.keys)
        yield ("unique " if index.is_unique else "") + index.method, keys, index.predicate or ""


def _foreign_keys(expanded: Any, entity: Entity) -> Iterator[tuple[Any, ...]]:
    names = {each.id: expanded.design.qualified_name(each) for each in expanded.design.entities}
    for key in expanded.foreign_keys:
        if key.child_entity_id == entity.id:
            parent = f"{names.get(key.parent_entity_id, '?')} ({', '.join(key.parent_attributes)})"
            yield ", ".join(key.child_attributes), parent, str(key.on_delete).lower()
