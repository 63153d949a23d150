"""`Catalog`: everything that a PostgreSQL database holds, as an immutable value by identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from functools import cached_property
from typing import TypeVar, cast

from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.errors import InvalidDesign

K = TypeVar("K", bound=CatalogObject)


class Catalog(Mapping[ObjectId, CatalogObject]):
    """An immutable set of catalog objects, found by `ObjectId`, in the order they were given.

    Parameters
    ----------
    objects
        The facts. Two with one identity are an error, since a database cannot hold both.

    Raises
    ------
    InvalidDesign
        If two objects have the same identity.
    """

    known_hash: str | None = None
    """What `designer_kernel.catalog.canonical.content_hash` has found, once it was asked."""

    def __init__(self, objects: Iterable[CatalogObject] = ()) -> None:
        self._by_id: dict[ObjectId, CatalogObject] = {}
        self._fill(objects)

    @classmethod
    def by_id(cls, objects: Mapping[ObjectId, CatalogObject]) -> Catalog:
        """Return the catalog of facts that stand under their identities already."""
        catalog = cls()
        catalog._by_id = dict(objects)
        return catalog

    def _fill(self, objects: Iterable[CatalogObject]) -> None:
        """Take objects in, before anybody else has the catalog."""
        for obj in objects:
            key = obj.id
            if key in self._by_id:
                raise InvalidDesign(
                    f"there are two of {key}", where=".".join(key.path), mend="rename or remove one of them"
                )
            self._by_id[key] = obj

    def __getitem__(self, key: ObjectId) -> CatalogObject:
        return self._by_id[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_id

    def __iter__(self) -> Iterator[ObjectId]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __repr__(self) -> str:
        counts: dict[str, int] = defaultdict(int)
        for key in self:
            counts[key.kind] += 1
        return f"Catalog({', '.join(f'{kind}={n}' for kind, n in counts.items())})"

    @cached_property
    def _children(self) -> dict[ObjectId, list[CatalogObject]]:
        children: dict[ObjectId, list[CatalogObject]] = defaultdict(list)
        for obj in self._by_id.values():
            parent = obj.parent
            if parent is not None:
                children[parent].append(obj)
        return children

    @cached_property
    def _by_kind(self) -> dict[type[CatalogObject], list[CatalogObject]]:
        kinds: dict[type[CatalogObject], list[CatalogObject]] = defaultdict(list)
        for obj in self._by_id.values():
            kinds[type(obj)].append(obj)
        return kinds

    @cached_property
    def _by_value(self) -> dict[tuple[type[CatalogObject], str], dict[Hashable, list[CatalogObject]]]:
        return {}

    def of(self, kind: type[K]) -> list[K]:
        """Return all objects of one kind: ``catalog.of(Table)``."""
        return list(cast("list[K]", self._by_kind.get(kind, [])))

    def parts(self, parent: ObjectId, kind: type[K]) -> list[K]:
        """Return the parts of an object of one kind: ``catalog.parts(table.id, Column)``."""
        return [obj for obj in self._children.get(parent, ()) if type(obj) is kind]

    def all_parts(self, parent: ObjectId) -> list[CatalogObject]:
        """Return the direct parts of an object, of every kind."""
        return list(self._children.get(parent, ()))

    def learn_parts(self, before: Catalog, changed: Mapping[ObjectId, list[CatalogObject]]) -> None:
        """Take over which objects have which parts from a catalog that differs in nothing but ``changed``."""
        self.__dict__["_children"] = defaultdict(list, {**before._children, **changed})

    def having(self, kind: type[K], field: str, value: Hashable) -> list[K]:
        """Return the objects of one kind with a value in a field: ``catalog.having(Table, "partition_of", path)``."""
        key = (kind, field)
        if key not in self._by_value:
            found: dict[Hashable, list[CatalogObject]] = defaultdict(list)
            for obj in self.of(kind):
                found[getattr(obj, field)].append(obj)
            self._by_value[key] = found  # now that it is complete: other threads may ask
        return list(cast("list[K]", self._by_value[key].get(value, [])))

    def items(self) -> ItemsView[ObjectId, CatalogObject]:
        """Return the facts with their identities."""
        return self._by_id.items()

    def values(self) -> ValuesView[CatalogObject]:
        """Return the facts."""
        return self._by_id.values()

    def with_changed(self, changed: Mapping[ObjectId, CatalogObject]) -> Catalog:
        """Return a catalog with other states of some of its objects, in the same order."""
        return Catalog.by_id({**self._by_id, **changed}) if changed else self

    def plus(self, objects: Iterable[CatalogObject]) -> Catalog:
        """Return a catalog with more objects."""
        made = Catalog.by_id(self._by_id)  # to ask thousands of facts for their identities again takes long
        made._fill(objects)  # noqa: SLF001
        return made

    def only(self, keys: Iterable[ObjectId]) -> Catalog:
        """Return the catalog of these objects alone, in this catalog's order."""
        wanted = set(keys)
        return Catalog.by_id({key: obj for key, obj in self._by_id.items() if key in wanted})
