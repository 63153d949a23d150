"""What a drawing does not say: the facts in which a catalog differs from the lowered drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Final, TypeAlias
from uuid import UUID

from designer_kernel.catalog import entries
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.identity import new_id, positional_id
from designer_kernel.design.lift.names import with_names
from designer_kernel.design.lift.reasons import reason_for, reason_for_fields
from designer_kernel.design.lift.wording import is_worded_alike
from designer_kernel.design.losses import Loss, LossReport, Outcome
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque import Opaque, digest
from designer_kernel.design.trusted import trusted

Same: TypeAlias = Callable[[ObjectId, CatalogObject | None], bool]
"""Whether what a design means by a fact, or not at all, is what a catalog has."""


def complete(
    drawn: Design,
    catalog: Catalog,
    is_same: Same | None = None,
    known: Iterable[Opaque] = (),
    made: Catalog | None = None,
) -> tuple[Design, LossReport]:
    """Return the drawing with all that it leaves out, so that it lowers to the catalog, and the report.

    Parameters
    ----------
    is_same
        Whether what the drawing means by a fact is what the catalog has, although it is not equal.
    made
        What the drawing means, if that is known.
    known
        Entries that there were before; those that say the same keep their identity.
    """
    made = lower(drawn) if made is None else made
    places = count(1)
    opaque: list[Opaque] = []
    losses: list[Loss] = []
    for key, fact in catalog.items():
        meant = made.get(key)
        if meant is not None and (entries.is_same(fact, meant) or (is_same is not None and is_same(key, meant))):
            losses.append(_loss(fact, "kept"))
            if unsaid := _unsaid(fact, meant, catalog):
                opaque.append(_fields(fact, meant, places, unsaid))
            continue
        if meant is not None and is_worded_alike(fact, meant):
            opaque.append(_wording(fact, meant, places))
            losses.append(_loss(fact, "kept"))
            continue
        entry = (
            _whole(fact, places)
            if meant is None or meant.kind != fact.kind
            else _fields(fact, meant, places, _unsaid(fact, meant, catalog))
        )
        opaque.append(entry)
        why = reason_for(fact, catalog) if entry.effect == "fact" else reason_for_fields(fact, entry.fields)
        losses.append(_loss(fact, "opaque", why))
    opaque += _absent(made, catalog, places, is_same)
    named = with_names(drawn, {one.key for one in opaque if one.effect != "fact"} | _owners(opaque))
    return named.model_copy(update={"opaque": _known_again(opaque, known)}), LossReport(tuple(losses))


def _owners(opaque: Iterable[Opaque]) -> set[ObjectId]:
    """Return the indexes and constraints that entries are parts of."""
    parents = (one.fact.parent for one in opaque if one.effect == "fact" and one.kind in _ABOUT_PARTS)
    return {parent for parent in parents if parent is not None}


_ABOUT_PARTS: Final = frozenset({"comment", "storage_parameter", "cluster_mark", "replica_identity", "trigger_state"})
"""Kinds that may be about an index or a constraint."""


def _known_again(opaque: list[Opaque], known: Iterable[Opaque]) -> tuple[Opaque, ...]:
    """Return entries under the identities that they had before."""
    before = {(one.effect, one.key): one for one in known}
    if not before:
        return tuple(opaque)
    taken = {one.id for one in before.values()}
    found = []
    for one in opaque:
        same = before.get((one.effect, one.key))
        if same is not None:
            found.append(one.model_copy(update={"id": same.id}))
        else:
            found.append(one if one.id not in taken else one.model_copy(update={"id": new_id()}))
    return tuple(sorted(found, key=lambda one: one.id))


def _whole(fact: CatalogObject, places: Iterator[int]) -> Opaque:
    return trusted(
        Opaque,
        id=_id(next(places), fact.id),
        kind=fact.kind,
        fields=entries.fields_of(fact),
        depends=tuple(sorted((key.kind, *key.path) for key in fact.depends)),
    )


def _wording(fact: CatalogObject, meant: CatalogObject, places: Iterator[int]) -> Opaque:
    differing = entries.differing_fields(fact, meant)
    return trusted(
        Opaque,
        id=_id(next(places), fact.id),
        kind=fact.kind,
        effect="wording",
        target=(fact.id.kind, *fact.id.path),
        fields=differing,
        meant=digest(meant, differing),
        depends=tuple(sorted((key.kind, *key.path) for key in fact.depends - meant.depends)),
    )


_ALWAYS_THERE: Final = frozenset({"role", "schema", "extension", "collation"})
"""Kinds that need nothing that comes late, and so exist before all that needs them."""


def _unsaid(fact: CatalogObject, meant: CatalogObject, catalog: Catalog) -> frozenset[ObjectId]:
    """Return what a fact needs that nothing in its own SQL says: the operators, casts and constants inside it."""
    said = meant.depends
    if fact.depends <= said:
        return frozenset()
    found = {key for key in fact.depends - said if key.kind not in _ALWAYS_THERE and key in catalog}
    if not found:
        return frozenset()
    above = {fact.parent, *meant.requires(catalog)} | said
    if fact.parent is not None and fact.parent in catalog:  # what a column needs, its default need not say again
        above |= catalog[fact.parent].depends
    if isinstance(fact, Table) and fact.partition_of:
        found = {key for key in found if key.kind != "type"}  # its columns are those of the whole
    if isinstance(fact, ForeignKey):
        found = {key for key in found if key.kind != "relation"}  # partitions of what it points at
    return frozenset(
        key for key in found - above if not (key.kind in {"column", "attribute"} and catalog[key].parent in above)
    )


def _fields(
    fact: CatalogObject, meant: CatalogObject, places: Iterator[int], depends: frozenset[ObjectId] | None = None
) -> Opaque:
    """Return the entry that makes what is meant what a fact is; ``depends`` are all that it needs beside, if given."""
    return trusted(
        Opaque,
        id=_id(next(places), fact.id),
        kind=fact.kind,
        effect="fields",
        target=(fact.id.kind, *fact.id.path),
        fields=entries.differing_fields(fact, meant),
        depends=tuple(
            sorted((key.kind, *key.path) for key in (fact.depends - meant.depends if depends is None else depends))
        ),
    )


def _absent(made: Catalog, catalog: Catalog, places: Iterator[int], is_same: Same | None) -> Iterator[Opaque]:
    """Yield entries that take away what the drawing means and the catalog does not hold."""
    for key, fact in made.items():
        if key not in catalog and not (is_same is not None and is_same(key, fact)):
            target = (key.kind, *key.path)
            yield trusted(Opaque, id=_id(next(places), key), kind=fact.kind, effect="absent", target=target)


def _id(place: int, key: ObjectId) -> UUID:
    return positional_id(place, "lift", "opaque", key.kind, *key.path)


def _loss(fact: CatalogObject, outcome: Outcome, reason: str = "") -> Loss:
    on = getattr(fact, "on", None)
    path = on.path if isinstance(on, ObjectId) else fact.id.path
    return Loss(".".join(path), fact.kind.replace("_", " "), outcome, reason)
