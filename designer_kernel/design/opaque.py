"""What a design carries along without drawing it: facts of a catalog, as they are.

A fact is written down by its kind and its fields, names as PostgreSQL has them, so that it can be read and compared in
a file. Three things can be said: that there is a fact which nothing else in the design means, that a fact which the
design does mean has other fields as well, and that one of them is not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from designer_kernel.catalog import entries
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.opaque_sql import refuse_breaking_out
from designer_kernel.design.values import Item
from designer_kernel.errors import InvalidDesign

Path = Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
"""An identity in a file: the kind of the identity, then its names, outermost first."""


class Opaque(Item):
    """One fact that is not drawn.

    ``effect`` says what it does to the catalog that the rest of the design means: ``fact`` adds the fact of ``kind``
    with these ``fields``; ``fields`` changes the fields of the fact ``target``; ``absent`` takes ``target`` away.
    ``wording`` says how the server words what the design means: it counts only as long as the design means just that,
    whose digest is ``meant``.

    ``depends`` are facts that must exist before it, beside those that its fields name.
    """

    kind: str
    effect: Literal["fact", "fields", "absent", "wording"] = "fact"
    target: tuple[str, ...] = ()
    fields: dict[str, Any] = Field(default_factory=dict)
    meant: str = ""
    depends: tuple[Path, ...] = ()

    @model_validator(mode="after")
    def _can_be_read(self) -> Opaque:
        if self.kind not in kinds_by_name():
            raise ValueError(f"there is no kind of object {self.kind!r}")
        if (self.effect == "fact") == bool(self.target):
            raise ValueError("target belongs to every effect but 'fact'")
        if (self.effect == "wording") != bool(self.meant):
            raise ValueError("meant belongs to the effect 'wording', and to no other")
        try:
            entries.values_of(self.kind, self.fields)
            _ = self.key
        except (TypeError, ValueError, LookupError) as error:
            raise ValueError(f"these are not the fields of a {self.kind.replace('_', ' ')}: {error}") from error
        return self

    @classmethod
    def of(cls, fact: CatalogObject, **more: Any) -> Opaque:
        """Return the entry that adds a fact."""
        return cls(kind=fact.kind, fields=entries.fields_of(fact), depends=_paths(fact.depends), **more)

    @property
    def fact(self) -> CatalogObject:
        """The fact that it adds, with what it depends on."""
        depends = frozenset(ObjectId(kind, tuple(path)) for kind, *path in self.depends)
        return kinds_by_name()[self.kind](**entries.values_of(self.kind, self.fields), depends=depends)

    @property
    def key(self) -> ObjectId:
        """The identity of the fact that it is about."""
        return ObjectId(self.target[0], self.target[1:]) if self.target else self.fact.id

    @property
    def name(self) -> str:
        """What it is about, for people: ``public.orders_id_seq``."""
        return ".".join(self.key.path)


def applied(facts: dict[ObjectId, CatalogObject], opaque: Iterable[Opaque]) -> frozenset[ObjectId]:
    """Change the facts that a design means by what it carries along; what is replaced keeps its place.

    Returns the facts that were added whole, whose dependencies are known.

    Raises
    ------
    InvalidDesign
        If an entry changes a fact that is not there.
    InvalidSql
        If the SQL of one would leave its place.
    """
    whole: set[ObjectId] = set()
    changed: dict[ObjectId, None] = {}
    for one in opaque:
        key = one.key
        if one.effect == "absent":
            facts.pop(key, None)
        elif one.effect == "fact":
            facts[key] = one.fact
            whole.add(key)
            changed[key] = None
        elif one.effect == "wording":
            if key in facts and facts[key].kind == one.kind and digest(facts[key], one.fields) == one.meant:
                facts[key] = _changed(facts[key], one)
                changed[key] = None
        elif key in facts:
            facts[key] = _changed(facts[key], one)
            changed[key] = None
        else:
            raise InvalidDesign(
                f"there is more to say of {key}, which is not in the design",
                where=one.name,
                mend="remove this opaque entry, or add what it is about",
            )
    among = cache(lambda: Catalog(facts.values()))
    for key in changed:
        if key in facts:
            refuse_breaking_out(facts[key], among)
    return frozenset(whole)


def digest(fact: CatalogObject, names: Iterable[str]) -> str:
    """Return a short text that changes when some fields of a fact do."""
    values = json.dumps([entries.plain(getattr(fact, name)) for name in sorted(names)])
    return blake2b(values.encode(), digest_size=8).hexdigest()


def _changed(fact: CatalogObject, one: Opaque) -> CatalogObject:
    if fact.kind != one.kind:
        raise InvalidDesign(
            f"{one.key} is a {fact.kind.replace('_', ' ')}, and the opaque entry speaks of a {one.kind}",
            where=one.name,
            mend="remove the opaque entry",
        )
    depends = fact.depends | {ObjectId(kind, tuple(path)) for kind, *path in one.depends}
    return replace(fact, **entries.values_of(one.kind, one.fields), depends=depends)


def _paths(keys: Iterable[ObjectId]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((key.kind, *key.path) for key in keys))
