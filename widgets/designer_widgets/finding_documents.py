"""Findings as documents; one that an edit left alone, about items that it left alone, is the same object again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from designer_kernel.design.parts import PARTS

if TYPE_CHECKING:
    from designer_kernel.design import Design, Entity
    from designer_kernel.lint import Finding

Document = dict[str, Any]

Owner = tuple[str, UUID]
"""What an item is, and which entity holds it."""

_NOBODY: Final[Owner] = "", UUID(int=0)


class FindingDocuments:
    """Documents of the findings of one design, which remembers the last ones. Not for several threads at once."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._owners = _Owners()
        self._known: dict[int, tuple[Finding, tuple[Owner, ...], str, Document]] = {}

    def of(self, design: Design, findings: Sequence[Finding]) -> list[Document]:
        """Return findings with what they speak of sorted out; ``key`` names one as long as it is found."""
        self._owners.follow(design)
        owner_of = self._owners.by_id.get
        known, self._known = self._known, {}
        seen: Counter[str] = Counter()
        documents = []
        for finding in findings:
            owners = tuple([owner_of(target, _NOBODY) for target in finding.target_ids])
            told = known.get(id(finding))  # it holds the finding, so no other one can have its id
            digest = told[2] if told is not None else self._digest(finding)
            seen[digest] += 1
            key = f"{digest}.{seen[digest]}"
            if told is None or told[1] != owners or told[3]["key"] != key:
                told = finding, owners, digest, _document(finding, key, owners)
            self._known[id(finding)] = told
            documents.append(told[3])
        return documents

    def _digest(self, finding: Finding) -> str:
        words = "\0".join([self._prefix, finding.code, finding.message, *map(str, finding.target_ids)])
        return blake2s(words.encode(errors="surrogatepass"), digest_size=12).hexdigest()


class _Owners:
    """Which entity holds what: follows a design from state to state."""

    def __init__(self) -> None:
        self.by_id: dict[UUID, Owner] = {}
        self._entities: dict[UUID, Entity] = {}
        self._relationships: frozenset[UUID] = frozenset()

    def follow(self, design: Design) -> None:
        relationships = frozenset([one.id for one in design.relationships])
        entities = {entity.id: entity for entity in design.entities}
        changed = [entity for key, entity in entities.items() if self._entities.get(key) is not entity]
        old = [entity for key, entity in self._entities.items() if entities.get(key) is not entity]
        for entity in old:
            for item in _items(entity):
                self.by_id.pop(item, None)
        for key in self._relationships - relationships:
            self.by_id.pop(key, None)
        for entity in changed:
            self.by_id |= _items(entity)
        for key in relationships - self._relationships:
            self.by_id[key] = ("relationship", key)
        self._entities, self._relationships = entities, relationships


def _items(entity: Entity) -> Mapping[UUID, Owner]:
    """Return an entity and all that it holds by their ids."""
    items: dict[UUID, Owner] = {entity.id: ("entity", entity.id)}
    items |= {one.id: ("attribute", entity.id) for one in entity.attributes}
    items |= {part.id: ("entity", entity.id) for name in PARTS for part in getattr(entity, name)}
    return items


def _document(finding: Finding, key: str, owners: Sequence[Owner]) -> Document:
    found: dict[str, list[str]] = {"entity": [], "attribute": [], "relationship": []}
    for target, (kind, owner) in zip(finding.target_ids, owners, strict=True):
        if kind == "attribute":
            found["attribute"].append(str(target))
        if kind in {"entity", "attribute"}:
            found["entity"].append(str(owner))
        elif kind == "relationship":
            found["relationship"].append(str(target))
    return {
        "key": key,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "reason": finding.reason,
        "mend_label": finding.mend_label if finding.mend is not None else "",
        "entity_ids": list(dict.fromkeys(found["entity"])),
        "attribute_ids": found["attribute"],
        "relationship_ids": found["relationship"],
    }
