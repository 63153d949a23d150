"""Views of relationships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID

from designer_kernel.design import Relationship, edits
from designer_kernel.notebook import display
from designer_kernel.notebook.views import ReadOnly

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession


class RelationshipView(ReadOnly):
    """One relationship, as it is now."""

    def __init__(self, session: ProjectSession, relationship_id: UUID) -> None:
        self._session = session
        self._relationship_id = relationship_id

    @property
    def value(self) -> Relationship:
        """The relationship itself, an immutable value of the design.

        Raises
        ------
        UnknownObject
            If it has been removed.
        """
        return self._session.design.relationship(self._relationship_id)

    @property
    def source(self) -> str:
        """The name of the entity it begins at: the parent."""
        return self._session.design.entity(self.value.source_entity_id).name

    @property
    def target(self) -> str:
        """The name of the entity it ends at: the child."""
        return self._session.design.entity(self.value.target_entity_id).name

    def change(self, **changes: Any) -> RelationshipView:
        """Change fields: ``change(on_delete_action="CASCADE", source_cardinality="0..1")``."""
        ids = {"relationship_id": self._relationship_id}
        self._session.apply(edits.parse_edit({"kind": "change_relationship", **ids, "changes": changes}))
        return self

    def remove(self) -> None:
        """Remove it."""
        self._session.apply(edits.RemoveRelationship(relationship_id=self._relationship_id))

    def __getattr__(self, name: str) -> Any:
        """Return a field of the relationship, such as ``on_delete_action``."""
        if name in Relationship.model_fields:
            return getattr(self.value, name)
        raise AttributeError(f"a relationship has no {name!r}; its fields are {', '.join(Relationship.model_fields)}")

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *Relationship.model_fields})

    def __repr__(self) -> str:
        value = self.value
        ends = f"{self.source} [{value.source_cardinality.value}] → [{value.target_cardinality.value}] {self.target}"
        return f"{ends}{f' ({value.name})' if value.name else ''}"

    def _repr_html_(self) -> str:
        shown = self.value.model_dump(mode="json", exclude_defaults=True)
        hidden = {"id", "source_entity_id", "target_entity_id"}
        rows = [(field, value) for field, value in shown.items() if field not in hidden]
        return display.card(repr(self), display.table(("field", "value"), rows, code=(1,)))


class RelationshipViews(Sequence[RelationshipView]):
    """The relationships of a design, or of one entity of it, in the order they were made."""

    def __init__(self, session: ProjectSession, entity_id: UUID | None = None) -> None:
        self._session = session
        self._entity_id = entity_id

    def _views(self) -> list[RelationshipView]:
        design = self._session.design
        found = design.relationships if self._entity_id is None else design.relationships_of(self._entity_id)
        return [RelationshipView(self._session, relationship.id) for relationship in found]

    @overload
    def __getitem__(self, index: int) -> RelationshipView: ...
    @overload
    def __getitem__(self, index: slice) -> list[RelationshipView]: ...
    def __getitem__(self, index: int | slice) -> RelationshipView | list[RelationshipView]:
        return self._views()[index]

    def __len__(self) -> int:
        return len(self._views())

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "no relationships yet"

    def _repr_html_(self) -> str:
        rows = (
            (v.source, v.value.source_cardinality.value, v.value.target_cardinality.value, v.target,
             f"on delete {v.value.on_delete_action.value}", v.value.name)
            for v in self
        )  # fmt: skip
        headers = ("parent", "", "", "child", "", "name")
        return display.card(f"{len(self)} × relationship", display.table(headers, rows, code=(0, 3)))
