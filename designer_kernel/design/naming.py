"""Names that we give: PostgreSQL's own patterns for constraints and indexes, and singulars for foreign keys."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from designer_kernel.catalog.identifiers import shorten

_IRREGULAR: Final = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "feet": "foot",
    "indices": "index", "vertices": "vertex", "matrices": "matrix", "analyses": "analysis", "criteria": "criterion",
    "data": "data", "media": "media", "news": "news", "series": "series", "species": "species", "status": "status",
    "movies": "movie", "cookies": "cookie", "statuses": "status", "bonuses": "bonus", "viruses": "virus",
}  # fmt: skip
_ENDINGS: Final = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("zes", "z"))


@lru_cache(maxsize=8192)
def singular(name: str) -> str:
    """Return the singular of an English plural, as far as its ending tells: ``order_items`` → ``order_item``."""
    head, _, word = name.rpartition("_")
    prefix = f"{head}_" if head else ""
    lower = word.lower()
    if lower in _IRREGULAR:
        return prefix + _IRREGULAR[lower]
    for ending, replacement in _ENDINGS:
        if lower.endswith(ending) and len(lower) > len(ending) + 1:
            return prefix + word[: -len(ending)] + replacement
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")) and len(lower) > 2:
        return prefix + word[:-1]
    return name


class Given(NamedTuple):
    """A name that was given, and what it was made of; what a person chose was made of nothing."""

    schema: str
    name: str
    table: str = ""
    columns: tuple[str, ...] = ()
    suffix: str = ""


class Namer:
    """Gives names that are unique in a schema, the way PostgreSQL does: a number after the second."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()
        self._heard: list[Given] = []

    def listen(self) -> None:
        """Begin to keep what is given, for `heard`."""
        self._heard = []

    def heard(self) -> tuple[Given, ...]:
        """Return what was given since `listen`, for `give_again`."""
        return tuple(self._heard)

    def give_again(self, given: Iterable[Given]) -> bool:
        """Give the same names as before; if that cannot be, none is given, and ``False`` says so."""
        done: list[tuple[str, str]] = []
        for one in given:
            key = (one.schema, one.name)
            is_free = key not in self._taken
            if one.suffix and (not is_free or self._free(one.schema, one.table, one.columns, one.suffix) != one.name):
                self._taken.difference_update(done)
                return False
            if is_free:
                done.append(key)
                self._taken.add(key)
        return True

    def take(self, schema: str, name: str) -> str:
        """Reserve a name that a person chose, and return it."""
        self._heard.append(Given(schema, name))
        self._taken.add((schema, name))
        return name

    def give(self, schema: str, table: str, columns: Iterable[str], suffix: str) -> str:
        """Return a fresh name made of table, columns and suffix: ``orders_tenant_id_id_key``."""
        made_of = tuple(columns)
        name = self._free(schema, table, made_of, suffix)
        self._heard.append(Given(schema, name, table, made_of, suffix))
        self._taken.add((schema, name))
        return name

    def _free(self, schema: str, table: str, columns: Iterable[str], suffix: str) -> str:
        stem = "_".join([table, *columns])
        for count in range(10_000):
            name = shorten(f"{stem}_{suffix}{count or ''}")
            if (schema, name) not in self._taken:
                return name
        raise AssertionError(stem)
