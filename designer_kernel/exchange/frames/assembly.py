"""From what is accepted of a proposal to a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.naming import singular
from designer_kernel.design.objects import Enum
from designer_kernel.exchange.frames.column_types import Guess
from designer_kernel.exchange.frames.keys import Reference
from designer_kernel.exchange.transfer import Imported

if TYPE_CHECKING:
    from designer_kernel.exchange.frames.proposal import Proposal


@dataclass(frozen=True, slots=True)
class ImportedData(Imported):
    """A design that was made of data, and what the data suggest, with the evidence."""

    proposal: Proposal


class Assembly:
    """One run of `Proposal.imported`."""

    def __init__(self, proposal: Proposal) -> None:
        self._proposal = proposal
        accepted = [s for s in proposal.suggestions if s.is_accepted]
        self._accepted = {(s.kind, s.table, s.columns): s for s in accepted}
        self._enums: dict[tuple[str, ...], Enum] = {}
        self._losses: list[Loss] = [*proposal.left_out]

    def run(self) -> ImportedData:
        entities = {table: self._entity(table, columns) for table, columns in self._proposal.tables.items()}
        relationships = [r for reference in self._proposal.references if (r := self._relationship(reference, entities))]
        for suggestion in self._proposal.suggestions:
            if suggestion.kind == "name":
                where = ".".join(dict.fromkeys((suggestion.table, *suggestion.columns)))
                self._losses.append(Loss(where, "name", "changed", f"it is called {suggestion.value}"))
        design = Design(
            name=self._proposal.name,
            enums=tuple(self._enums.values()),
            entities=tuple(entities.values()),
            relationships=tuple(relationships),
        )
        return ImportedData(design, LossReport(tuple(self._losses)), self._proposal)

    def _entity(self, table: str, columns: tuple[tuple[str, Guess], ...]) -> Entity:
        key = next(
            (s.columns for (kind, t, _), s in self._accepted.items() if kind == "primary key" and t == table), ()
        )
        attributes = [self._attribute(table, name, told, name in key) for name, told in columns]
        self._losses.append(Loss(table, "table", "kept"))
        self._losses += [Loss(f"{table}.{a.name}", "column", "kept") for a in attributes]
        return Entity(name=table, attributes=tuple(attributes), primary_key=key if len(key) > 1 else ())

    def _attribute(self, table: str, name: str, told: Guess, is_key: bool) -> Attribute:
        labels = self._accepted.get(("enum", table, (name,)))
        other = self._accepted.get(("conversion", table, (name,)))
        data_type = self._enum(table, name, labels.labels).name if labels is not None and not other else told.type
        if other is not None:
            data_type = other.value
            self._losses.append(Loss(f"{table}.{name}", "type", "changed", other.evidence))
        fields: dict[str, Any] = {"is_primary_key": True} if is_key else {}
        if not is_key and ("unique", table, (name,)) in self._accepted:
            fields["is_unique"] = True
        is_nullable = not is_key and ("not null", table, (name,)) not in self._accepted
        return Attribute(name=name, data_type=data_type, is_nullable=is_nullable, **fields)

    def _enum(self, table: str, name: str, labels: tuple[str, ...]) -> Enum:
        if labels not in self._enums:
            taken = {enum.name for enum in self._enums.values()} | set(self._proposal.tables)
            own = f"{singular(table)}_{name}"
            self._enums[labels] = Enum(name=shorten(own if own not in taken else f"{own}_kind"), labels=labels)
        return self._enums[labels]

    def _relationship(self, reference: Reference, entities: Mapping[str, Entity]) -> Relationship | None:
        child, parent = entities[reference.child[0].table], entities[reference.parent[0].table]
        columns, theirs = tuple(c.name for c in reference.child), tuple(c.name for c in reference.parent)
        if ("foreign key", child.name, columns) not in self._accepted:
            return None
        where = f"{child.name}.{','.join(columns)}"
        is_key = set(parent.key) == set(theirs)
        target = parent.attribute(theirs[0])
        if not is_key and not (len(theirs) == 1 and target is not None and target.is_unique):
            reason = f"{', '.join(theirs)} is no key of {parent.name}"
            self._losses.append(Loss(where, "foreign key", "refused", reason))
            return None
        attributes = [a for a in child.attributes if a.name in columns]
        one = set(child.key) == set(columns) or (len(columns) == 1 and attributes[0].is_unique)
        optional = any(a.is_nullable and a.name not in child.key for a in attributes)
        self._losses.append(Loss(where, "foreign key", "kept", reference.evidence))
        return Relationship.model_validate({
            "source_entity_id": parent.id,
            "target_entity_id": child.id,
            "relationship_type": "ONE_TO_ONE" if one else "ONE_TO_MANY",
            "source_cardinality": "0..1" if optional else "1",
            "target_cardinality": "0..1" if one else "N",
            "source_attributes": () if parent.key == theirs and len(theirs) == 1 else theirs,
            "target_attributes": columns,
        })  # fmt: skip
