"""Views of attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.errors import UnknownObject
from designer_kernel.exchange.attribute_line import parse_line, write_line
from designer_kernel.notebook import display
from designer_kernel.notebook.views import NamedView, ReadOnly

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession


class AttributeView(ReadOnly):
    """One attribute of an entity, as it is now; it is followed through renames."""

    _calls: ClassVar = {"name": "rename(…)", "type": "change(data_type=…)", "line": "change(data_type=…)"}

    def __init__(self, session: ProjectSession, entity_id: UUID, attribute_id: UUID) -> None:
        self._session = session
        self._entity_id = entity_id
        self._attribute_id = attribute_id

    @property
    def entity(self) -> Entity:
        """The entity that it belongs to."""
        return self._session.design.entity(self._entity_id)

    @property
    def value(self) -> Attribute:
        """The attribute itself, an immutable value of the design.

        Raises
        ------
        UnknownObject
            If it has been removed.
        """
        found = self.entity.attribute(self._attribute_id)
        if found is None:
            raise UnknownObject(
                "the attribute was removed", where=self.entity.name, mend="project.undo() brings it back"
            )
        return found

    @property
    def name(self) -> str:
        """Its name."""
        return self.value.name

    @property
    def type(self) -> str:
        """Its type as PostgreSQL prints it."""
        return self.value.type

    @property
    def line(self) -> str:
        """The attribute as a line of SQL."""
        return write_line(self.value)

    def rename(self, name: str) -> AttributeView:
        """Rename it; keys, checks, indexes, policies and relationships follow."""
        return self._apply("rename_attribute", name=name)

    def change(self, **changes: Any) -> AttributeView:
        """Change fields: ``change(data_type="text", is_nullable=False, default_value="''")``."""
        return self._apply("change_attribute", changes=changes)

    def move(self, position: int) -> AttributeView:
        """Move it to a position among the entity's attributes, counted from 0."""
        return self._apply("move_attribute", position=position)

    def remove(self, *, cascade: bool = False) -> None:
        """Remove it; with ``cascade``, also what uses it."""
        self._apply("remove_attribute", cascade=cascade)

    def __getattr__(self, name: str) -> Any:
        """Return a field of the attribute, such as ``is_nullable`` or ``default_value``."""
        if name in Attribute.model_fields:
            return getattr(self.value, name)
        raise AttributeError(f"an attribute has no {name!r}; its fields are {', '.join(Attribute.model_fields)}")

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *Attribute.model_fields})

    def __str__(self) -> str:
        return self.line.removeprefix(self.line.split(" ", 1)[0]).strip() if '"' not in self.line else self.line

    def __repr__(self) -> str:
        return f"{self.entity.name}: {self.line}"

    def _repr_html_(self) -> str:
        value = self.value.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
        rows = [("type", self.type), *((k, v) for k, v in value.items() if k not in {"name", "data_type"})]
        table = display.table(("field", "value"), rows, code=(1,))
        return display.card(f"{self.entity.name}.{self.name}", table, subtitle=self.value.description)

    def _apply(self, kind: str, **fields: Any) -> AttributeView:
        ids = {"entity_id": self._entity_id, "attribute_id": self._attribute_id}
        self._session.apply(edits.parse_edit({"kind": kind, **ids, **fields}))
        return self


class AttributeViews(NamedView[AttributeView]):
    """The own attributes of an entity by name."""

    def __init__(self, session: ProjectSession, entity_id: UUID) -> None:
        self._session = session
        self._entity_id = entity_id

    def add(
        self, line: str, *, position: int | None = None, description: str = "", id: UUID | str | None = None
    ) -> AttributeView:
        """Add an attribute, written as in CREATE TABLE: ``"email varchar(255) unique not null"``.

        ``id`` is its identity, where it is one that was there before; by default a new one.

        Raises
        ------
        InvalidSql, InvalidDesign
            If the line is no attribute, or one that the entity cannot have.
        """
        given = {} if id is None else {"id": id}
        attribute = parse_line(line).replace(description=description, **given)
        self._session.apply(edits.AddAttribute(entity_id=self._entity_id, attribute=attribute, position=position))
        return AttributeView(self._session, self._entity_id, attribute.id)

    def _items(self) -> dict[str, AttributeView]:
        entity = self._session.design.entity(self._entity_id)
        return {a.name: AttributeView(self._session, entity.id, a.id) for a in entity.attributes}

    def _what(self) -> tuple[str, str]:
        return "attribute", self._session.design.entity(self._entity_id).name
