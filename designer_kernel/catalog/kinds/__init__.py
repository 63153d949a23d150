"""One module per kind of PostgreSQL object: its model, its SQL, its introspection. A new kind is a new module here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from designer_kernel.catalog.objects import CatalogObject

if TYPE_CHECKING:
    from designer_kernel.catalog.kinds._queries import SharedQuery


@cache
def all_kinds() -> tuple[type[CatalogObject], ...]:
    """Return every kind, in the order of their ranks and names."""
    found = {
        member
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
        for member in vars(import_module(f"{__name__}.{module.name}")).values()
        if isinstance(member, type) and issubclass(member, CatalogObject) and "kind" in vars(member)
    }
    return tuple(sorted(found, key=lambda kind: (kind.rank, kind.kind)))


@cache
def shared_queries() -> dict[str, SharedQuery]:
    """Return the queries for numbers that other queries take as ``%(name)s``, by name."""
    modules = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [getattr(import_module(f"{__name__}.{name}"), "SHARED", {}) for name in modules]
    return {name: query for shared in found for name, query in shared.items()}


@cache
def kinds_by_name() -> dict[str, type[CatalogObject]]:
    """Return every kind by its name: ``kinds_by_name()["foreign_key"]``."""
    return {kind.kind: kind for kind in all_kinds()}
