"""Views of entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from designer_kernel.design import Entity, edits
from designer_kernel.design.expansion import expand
from designer_kernel.errors import DesignerError
from designer_kernel.notebook import display
from designer_kernel.notebook.attributes import AttributeView, AttributeViews
from designer_kernel.notebook.columns import refuse_unknown
from designer_kernel.notebook.relationships import RelationshipViews
from designer_kernel.notebook.results import Ddl
from designer_kernel.notebook.views import NamedView, ReadOnly

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.studio.project import ProjectSession

_COLUMNS = ("key", "attribute", "type", "null", "default", "from", "description")


class EntityView(ReadOnly):
    """One entity, as it is now; it is followed through renames."""

    _calls: ClassVar = {
        "name": "rename(…)",
        "attributes": "add_attribute(…), or .change(…) of one in .attributes",
        "relationships": "change(…) of one in .relationships; project.relate(…) makes new ones",
        "keys": "add_key(…)",
        "checks": "add_check(…)",
        "indexes": "add_index(…)",
        "traits": "set_trait(…)",
    }

    def __init__(self, session: ProjectSession, entity_id: UUID) -> None:
        self._session = session
        self._entity_id = entity_id

    @property
    def value(self) -> Entity:
        """The entity itself, an immutable value of the design.

        Raises
        ------
        UnknownObject
            If it has been removed.
        """
        return self._session.design.entity(self._entity_id)

    @property
    def id(self) -> UUID:
        """Its identity, which renames do not change."""
        return self._entity_id

    @property
    def name(self) -> str:
        """Its name."""
        return self.value.name

    @property
    def attributes(self) -> AttributeViews:
        """Its own attributes by name."""
        return AttributeViews(self._session, self._entity_id)

    @property
    def relationships(self) -> RelationshipViews:
        """The relationships that begin, end or meet here."""
        return RelationshipViews(self._session, self._entity_id)

    def add_attribute(self, line: str, *, position: int | None = None, description: str = "") -> AttributeView:
        """Add an attribute, written as in CREATE TABLE: ``"email varchar(255) unique not null"``.

        Raises
        ------
        InvalidSql, InvalidDesign
            If the line is no attribute, or one that the entity cannot have.
        """
        return self.attributes.add(line, position=position, description=description)

    def add_key(self, *attributes: str, name: str | None = None) -> EntityView:
        """Add a unique constraint over attributes."""
        self._refuse_unknown(attributes)
        return self._add("keys", {"attributes": attributes, "name": name})

    def add_check(self, expression: str, *, name: str | None = None) -> EntityView:
        """Add a check constraint: ``add_check("price > 0")``."""
        self._refuse_unknown((), expression)
        return self._add("checks", {"expression": expression, "name": name})

    def add_index(self, *attributes: str, name: str | None = None, **options: Any) -> EntityView:
        """Add an index over attributes; options are ``method``, ``is_unique``, ``include`` and ``predicate``."""
        predicate = options.get("predicate")
        self._refuse_unknown((*attributes, *options.get("include", ())), *([predicate] if predicate else []))
        keys = [{"attribute": attribute} for attribute in attributes]
        return self._add("indexes", {"keys": keys, "name": name, **options})

    def set_trait(self, kind: str, **options: Any) -> EntityView:
        """Give it a trait or change one: ``set_trait("partitioned", method="RANGE", attribute="created_at")``."""
        return self._apply("set_trait", trait={"kind": kind, **options})

    def remove_trait(self, kind: str) -> EntityView:
        """Take a trait away."""
        return self._apply("remove_trait", trait=kind)

    def rename(self, name: str) -> EntityView:
        """Rename it; SQL of the design that speaks of its table follows."""
        return self._apply("rename_entity", name=name)

    def change(self, **changes: Any) -> EntityView:
        """Change fields: ``change(description="…", colour="#4f7cac")``."""
        return self._apply("change_entity", changes=changes)

    def remove(self, *, cascade: bool = False) -> None:
        """Remove it with its relationships; with ``cascade``, also what is carried along and cannot be without it."""
        self._apply("remove_entity", cascade=cascade)

    def ddl(self) -> Ddl:
        """Return the SQL script that creates its table with all that is part of it."""
        return Ddl(self._session.ddl(self._session.design.qualified_name(self.value)).text)

    def to_frame(self) -> pd.DataFrame:
        """Return its attributes as a DataFrame, those of traits, parents and relationships included."""
        import pandas as pd

        return pd.DataFrame(self._rows()[0], columns=list(_COLUMNS), dtype=object)

    def __getattr__(self, name: str) -> Any:
        """Return a field of the entity, such as ``description`` or ``indexes``."""
        if name in Entity.model_fields:
            return getattr(self.value, name)
        raise AttributeError(f"an entity has no {name!r}; its fields are {', '.join(Entity.model_fields)}")

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *Entity.model_fields})

    def __str__(self) -> str:
        value = self.value
        traits = f"; {', '.join(trait.kind for trait in value.traits)}" if value.traits else ""
        number = len(value.attributes)
        attributes = f"{number} attribute{'' if number == 1 else 's'}"
        return f"{'abstract, ' if value.is_abstract else ''}{attributes}{traits}"

    def __repr__(self) -> str:
        return f"{self._session.design.qualified_name(self.value)} ({self})"

    def _repr_html_(self) -> str:
        value = self.value
        rows, problem = self._rows()
        parts = [display.table(_COLUMNS, rows, code=(1, 2, 4))]
        if problem:
            parts.append(display.note(problem, "error"))
        more = [(len(getattr(value, part)), part) for part in ("keys", "checks", "indexes", "policies", "triggers")]
        parts.append(display.facts((label, count) for count, label in more if count))
        if value.traits:
            parts.append(display.note("traits: " + ", ".join(trait.kind for trait in value.traits)))
        return display.card(self._session.design.qualified_name(value), *parts, subtitle=value.description)

    def _rows(self) -> tuple[list[tuple[str, ...]], str]:
        """Return a row per effective attribute; if the design cannot be expanded, the own ones and why."""
        design = self._session.design
        origins: Mapping[UUID, str] = {}
        foreign: set[str]
        try:
            expanded = expand(design)
        except DesignerError as error:
            entity, foreign, problem = self.value, set(), str(error)
        else:
            # an abstract entity has no table and is not among the expanded ones
            entity = expanded.design.find_entity(self._entity_id) or self.value
            origins, problem = expanded.origins, ""
            mine = (key for key in expanded.foreign_keys if key.child_entity_id == self._entity_id)
            foreign = {name for key in mine for name in key.child_attributes}
        rows: list[tuple[str, ...]] = []
        for a in entity.attributes:
            marks = (("PK", a.is_primary_key), ("FK", a.name in foreign), ("U", a.is_unique))
            default = a.default_value or (a.identity and f"identity {a.identity.lower()}") or a.generated or ""
            null = "null" if a.is_nullable else "not null"
            key = " ".join(mark for mark, holds in marks if holds)
            rows.append((key, a.name, a.type, null, default, origins.get(a.id, ""), a.description))
        return rows, problem

    def _refuse_unknown(self, names: Iterable[str], *expressions: str) -> None:
        refuse_unknown(self._session.design, self.value, names, *expressions)

    def _add(self, collection: str, part: dict[str, Any]) -> EntityView:
        return self._apply("add_part", collection=collection, part=part)

    def _apply(self, kind: str, **fields: Any) -> EntityView:
        self._session.apply(edits.parse_edit({"kind": kind, "entity_id": self._entity_id, **fields}))
        return self


class EntityViews(NamedView[EntityView]):
    """The entities of a design by name; outside the default schema by ``schema.name``."""

    def __init__(self, session: ProjectSession) -> None:
        self._session = session

    def _items(self) -> dict[str, EntityView]:
        design = self._session.design
        return {design.qualified_name(entity): EntityView(self._session, entity.id) for entity in design.entities}

    def _what(self) -> tuple[str, str]:
        return "entity", self._session.design.name
