"""What is drawn and not in the database: it may be new here or dropped there, which only a person knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.sequence import SequenceOwner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.refresh.holding import within
from designer_kernel.design.refresh.matching import Answer, Decision, Renames

_PARTS: Final = frozenset(
    {"column", "default", "unique", "check", "exclusion", "foreign_key", "index", "trigger", "policy"}
)
"""Kinds of parts that are asked about; what else a table has that is there is as it is there."""


def kept(
    found: Renames, known: Catalog, meant: Catalog | None, decide: Mapping[str, Answer]
) -> tuple[Catalog, tuple[Decision, ...]]:
    """Return what the database holds with what is drawn and stays drawn, and what is to be decided of that.

    Parameters
    ----------
    known
        What the database holds, and what waits for another answer.
    meant
        What the design means in the server's words, after what was renamed.
    """
    usurped = _usurped(found, known, decide)
    if usurped:
        known = known.only(known.keys() - within(known, usurped))
    missing = _Missing(found, known, meant)
    if not missing.groups:
        return known, ()
    decisions: list[Decision] = []
    staying: set[ObjectId] = set()
    for head, members in missing.groups.items():
        if head in found.replaced:
            continue
        question = f"{_word(found.own[head])} {_dotted(head)}"
        answer = decide.get(question)
        if answer is None:
            why = "not in the database: keep (drawn, not deployed yet) or remove (dropped there)"
            if head in usurped:
                why = "the database has something else of that name: keep (as drawn) or remove (take what is there)"
            kind = "attribute" if head.kind == "column" else _word(found.own[head])
            decisions.append(Decision(question, kind, _dotted(head), "", why, "keep"))
        if answer != "remove":
            staying |= members
    there = dict(known)
    for key in missing.with_needs(staying):
        there[key] = missing.fact(key)
    return Catalog.by_id(there), tuple(decisions)


def _usurped(found: Renames, known: Catalog, decide: Mapping[str, Answer]) -> frozenset[ObjectId]:
    """Return the drawn tables whose names something else has there: a view, say. No answer is taken for keep."""
    return frozenset(
        table.id
        for table in found.own.of(Table)
        if table.id in known
        and not isinstance(known[table.id], Table)
        and table.id not in found.replaced
        and decide.get(f"{_word(table)} {_dotted(table.id)}") != "remove"
    )


class _Missing:
    """The facts that the design means and the database lacks, under the object or part that each belongs to."""

    def __init__(self, found: Renames, known: Catalog, meant: Catalog | None) -> None:
        self._own = found.own
        self._known = known
        self._meant = meant
        self._implied = {
            ObjectId("relation", (one.schema, one.sequence)): ObjectId("column", (*one.table, one.column))
            for one in found.own.of(SequenceOwner)
        }
        self._serial = set(self._implied.values())
        drawn = {(found.design.schema_of(one), one.name) for one in found.design.functions}
        self._needed: dict[ObjectId, list[ObjectId]] = {}
        keys = [key for key in found.own if key not in known and key not in found.former.followers]
        for key in keys:
            for other in found.own[key].requires(found.own):
                self._needed.setdefault(other, []).append(key)
        self._supplied = {
            key for key in keys if key.kind == "function" and key.path[:2] not in drawn and key in self._needed
        }
        self.groups: dict[ObjectId, set[ObjectId]] = {}
        heads = {key: head for key in keys if (head := self._head(key)) is not None}
        for key, highest in heads.items():
            head = highest
            if key == head and head.kind not in {"column", "relation"}:
                above = [other for other in found.own[key].requires(found.own) if self._is_place(other, heads)]
                head = heads[above[0]] if above and found.own[key].parent is not None else head
            self.groups.setdefault(head, set()).add(key)
        self.groups = {head: members for head, members in self.groups.items() if head in members}

    @staticmethod
    def _is_place(key: ObjectId, heads: Mapping[ObjectId, ObjectId]) -> bool:
        return key in heads and heads[key] == key and key.kind in {"column", "relation"}

    def _head(self, key: ObjectId) -> ObjectId | None:
        """Return the highest missing thing that a fact belongs to; nothing if that is as the database has it."""
        if key in self._supplied:
            return None
        above = self._implied.get(key, self._own[key].parent)
        if above is not None and above in self._own and above not in self._known:
            return self._head(above)
        if key in self._implied:
            return None
        fact = self._own[key]
        if isinstance(fact, Default) and above in self._serial:
            return None
        if above is None or above.kind == "schema" or above not in self._known:
            return key if fact.placement == "own" and fact.kind != "comment" and not fact.aspect else None
        same_kind = above in self._own and self._own[above].kind == self._known[above].kind
        is_asked = fact.kind in _PARTS or (fact.kind == "primary_key" and not self._has(above, "primary_key"))
        return key if same_kind and is_asked and not self._is_replaced(fact, above) else None

    def _has(self, table: ObjectId, kind: str) -> bool:
        return any(part.kind == kind for part in self._known.all_parts(table))

    def _is_replaced(self, fact: CatalogObject, table: ObjectId) -> bool:
        """Whether the database has the same part under another name."""
        if fact.kind == "column":
            return False
        if fact.kind == "default":  # the server makes its values in another way
            column = self._known.get(table)
            return isinstance(column, Column) and bool(column.identity or column.generated)
        ways = {_nameless(fact), _nameless(self.fact(fact.id))}
        return any(part.kind == fact.kind and _nameless(part) in ways for part in self._known.all_parts(table))

    def fact(self, key: ObjectId) -> CatalogObject:
        """Return a fact of the design, in the server's words if they are known."""
        told = self._meant.get(key) if self._meant is not None else None
        return told if told is not None and told.kind == self._own[key].kind else self._own[key]

    def with_needs(self, staying: set[ObjectId]) -> list[ObjectId]:
        """Return what stays with all that it needs of what is missing, in the design's order."""
        found = set(staying)
        waiting = list(staying)
        heads = {key for members in self.groups.values() for key in members} | self._supplied
        while waiting:
            for other in self._own[waiting.pop()].requires(self._own):
                if other in heads and other not in found:
                    found.add(other)
                    waiting.append(other)
        return [key for key in self._own if key in found]


def _nameless(fact: CatalogObject) -> CatalogObject:
    changes: dict[str, Any] = {"name": "", "depends": frozenset()}
    there = {one.name for one in fields(fact)}
    return replace(fact, **{name: value for name, value in changes.items() if name in there})


def _word(fact: CatalogObject) -> str:
    return fact.kind.replace("_", " ")


def _dotted(key: ObjectId) -> str:
    return ".".join(key.path)
