"""What is carried along follows what is drawn: renamed with it, gone with what it is a part of, and never in silence.

An entry goes by itself only with the whole that it is a part of, as a table's comments and constraints go with the
table. Whatever else would be lost stops the edit, unless that says ``cascade``: a foreign key of another table, an
index over a removed column, the last role of a policy, which must never come to mean everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from uuid import UUID

from designer_kernel.catalog import entries
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits import carried_sql, columns
from designer_kernel.design.edits._base import put_entity
from designer_kernel.design.edits.following_fields import Fields, NeededIsGone, PartIsGone
from designer_kernel.design.edits.implied_moves import add_implied_moves, add_partitions
from designer_kernel.design.edits.moves import GONE, Moves, Path, moves_between
from designer_kernel.design.edits.references import resolver
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import InvalidDesign

_NOTHING: Final = Catalog()
_SHOWN: Final = 8
"""Most entries that a message lists."""


def followed(before: Design, after: Design, *, cascade: bool = False) -> Design:
    """Return the design after a change with its opaque entries following.

    Parameters
    ----------
    cascade
        Whether to let go what cannot be without what is removed.

    Raises
    ------
    InvalidDesign
        If something carried would be lost that is no part of what is removed, or cannot follow a rename.
    """
    if not after.opaque and not before.opaque:
        return after
    moves = moves_between(before, after)
    own = _own_moves(before, after)
    if GONE in own.values():
        _refuse_while_needed(before, {key for key, now in own.items() if now == GONE})
    moves.others.update(own)
    add_implied_moves(moves, before, after)
    add_partitions(moves, _partitions(after.opaque))
    if not moves:
        return after
    following = _Following(before, moves, cascade=cascade)
    opaque = following.settled(after.opaque)
    _refuse(following, before)
    after = _with_sequences(after, moves, following.names)
    is_same = len(opaque) == len(after.opaque) and all(a is b for a, b in zip(opaque, after.opaque, strict=True))
    return after if is_same else after.model_copy(update={"opaque": opaque})


def _own_moves(before: Design, after: Design) -> dict[ObjectId, ObjectId]:
    """Return what became of carried facts that the edit itself changed or removed."""
    if before.opaque is after.opaque:
        return {}
    now = {one.id: one for one in after.opaque}
    there = {one.key for one in after.opaque if one.effect == "fact"}
    found = {}
    for one in before.opaque:
        if one.effect == "fact" and now.get(one.id) is not one and one.key not in there:
            other = now.get(one.id)
            found[one.key] = other.key if other is not None and other.effect == "fact" else GONE
    return found


def _refuse_while_needed(before: Design, gone: set[ObjectId]) -> None:
    """Refuse to remove what is carried as long as something that is drawn needs it.

    Raises
    ------
    InvalidDesign
        If something does.
    """
    carried = {one.key for one in before.opaque if one.effect == "fact"}
    catalog = lower(before)
    for key, fact in catalog.items():
        if key in carried or fact.parent in gone:
            continue
        needed = gone & {*fact.depends, *fact.requires(catalog)}
        if needed:
            shown = ", ".join(sorted(map(str, needed)))
            raise InvalidDesign(f"{key} needs {shown}", where=before.name, mend="change what needs it first")


def _partitions(opaque: Iterable[Opaque]) -> dict[Path, Path]:
    """Return what the carried partitions are partitions of."""
    return {
        (one.fields["schema"], one.fields["name"]): (one.fields["partition_of"][0], one.fields["partition_of"][1])
        for one in opaque
        if one.effect == "fact" and one.fields.get("partition_of")
    }


def _with_sequences(design: Design, moves: Moves, names: columns.Names) -> Design:
    """Return the design with defaults that take numbers from carried sequences which have moved."""
    moved = Moves(others={key: now for key, now in moves.others.items() if key.kind == "relation" and now != GONE})
    if not moved:
        return design
    for entity in design.entities:
        attributes = tuple(
            one.model_copy(update={"default_value": now})
            if one.default_value
            and (now := carried_sql.renamed("default", "expression", one.default_value, moved, {}, names))
            != one.default_value
            else one
            for one in entity.attributes
        )
        if any(a is not b for a, b in zip(attributes, entity.attributes, strict=True)):
            design = put_entity(design, entity.model_copy(update={"attributes": attributes}))
    return design


def _refuse(following: _Following, before: Design) -> None:
    for entries_, does, mend in (
        (following.stuck, "cannot follow", "change or remove these carried entries first"),
        (following.lost, "would be lost", "remove it with cascade, or remove these carried entries first"),
    ):
        if entries_:
            shown = "; ".join(f"{_named(one)} ({why})" for one, why in entries_[:_SHOWN])
            more = f" and {len(entries_) - _SHOWN} others" if len(entries_) > _SHOWN else ""
            raise InvalidDesign(f"what the design carries along {does}: {shown}{more}", where=before.name, mend=mend)


def _named(one: Opaque) -> str:
    return f"{one.kind.replace('_', ' ')} {one.name}"


@dataclass
class _Following:
    """One run of `followed`: what is lost, and what cannot follow."""

    before: Design
    moves: Moves
    cascade: bool = False
    lost: list[tuple[Opaque, str]] = field(default_factory=list)
    stuck: list[tuple[Opaque, str]] = field(default_factory=list)

    _needs: dict[ObjectId, ObjectId] = field(default_factory=dict)
    _by_itself: set[UUID] = field(default_factory=set)

    @cached_property
    def names(self) -> columns.Names:
        """How SQL of the design resolved names before."""
        return resolver(self.before)

    def settled(self, opaque: Iterable[Opaque]) -> tuple[Opaque, ...]:
        """Return the entries as they are now; what goes takes along what hangs on it."""
        first = tuple(opaque)
        while True:
            self.lost, self.stuck, self._needs = [], [], {}
            known = len(self.moves.others)
            kept = tuple(now for one in first if (now := self._entry(one)) is not None)
            if len(self.moves.others) == known:
                return kept

    def _entry(self, one: Opaque) -> Opaque | None:
        """Return an entry as it is now, or ``None`` if it goes."""
        try:
            now = self._changed(one)
        except PartIsGone:
            self._gone(one)
            return None
        except NeededIsGone as error:
            if not self.cascade:
                self.lost.append((one, str(error)))
            self._by_itself.add(one.id)
            self._gone(one)
            return None
        except carried_sql.CannotFollow as error:
            self.stuck.append((one, error.what))
            return one
        if one.effect == "fact" and now.key != one.key:
            self.moves.others[one.key] = now.key
        return now

    def _gone(self, one: Opaque) -> None:
        if one.effect == "fact":
            self.moves.others[one.key] = GONE
            if one.kind == "sequence_owner":  # the sequence goes with its column
                self.moves.others[one.fact.parent or one.key] = GONE

    def _changed(self, one: Opaque) -> Opaque:
        target: tuple[str, ...] = ()
        if one.target:
            key = self.moves.identity(one.key)
            if key == GONE:
                raise PartIsGone
            target = (key.kind, *key.path)
        values = entries.values_of(one.kind, one.fields)
        if one.effect == "fact":
            self._check_whole(one)
        changed = Fields(self.before, self.moves, self.names, one, values).followed()
        if one.key in self._needs:
            raise NeededIsGone(f"it needs {self._needs[one.key]}")
        plain = {name: entries.plain(value) for name, value in changed.items()}
        depends = self._depends(one)
        if target == one.target and plain == one.fields and depends == one.depends:
            return one
        now: Opaque = one.replace(target=target, fields=plain, depends=depends)
        return now

    def _check_whole(self, one: Opaque) -> None:
        """Refuse an entry whose whole is gone."""
        fact = one.fact
        if self.moves.others.get(one.key) == GONE and one.id not in self._by_itself:
            raise PartIsGone
        if fact.parent is not None and self.moves.identity(fact.parent) == GONE:
            raise PartIsGone
        for need in fact.requires(_NOTHING):
            if self.moves.identity(need) == GONE and not self._is_released(one, need):
                self._needs.setdefault(one.key, need)

    def _depends(self, one: Opaque) -> tuple[tuple[str, ...], ...]:
        found = []
        for kind, *path in one.depends:
            key = ObjectId(kind, tuple(path))
            now = self.moves.identity(key)
            if now != GONE:
                found.append((now.kind, *now.path))
            elif one.effect == "fact" and not self._is_released(one, key):
                raise NeededIsGone(f"it needs {key}")
        return tuple(found)

    def _is_released(self, one: Opaque, key: ObjectId) -> bool:
        """Whether an entry has let go what it needed: a policy keeps its other roles."""
        return key.kind == "owner" or (one.kind == "policy" and key.kind == "role")
