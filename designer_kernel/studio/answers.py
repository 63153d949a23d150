"""What a person says of a plan, by names as people write them: ``shop.customers.name``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DesignerError, UnknownObject


class OpenQuestions(DesignerError):
    """Something that only a person can answer, and has not."""

    code = "open_questions"


NO: Final = "no"
"""The answer that something was not renamed."""

_RENAMED: Final = ("schema", "relation", "column", "type")


def answered_renames(
    answers: Mapping[str, str], before: Catalog, after: Catalog
) -> tuple[dict[ObjectId, ObjectId], frozenset[ObjectId]]:
    """Return what has another name by the answers, and what by them has not.

    Raises
    ------
    UnknownObject
        If an answer names nothing that is there before, or its new name nothing that is there after.
    """
    taken: dict[ObjectId, ObjectId] = {}
    refused: set[ObjectId] = set()
    for name, answer in answers.items():
        old = named(name, (key for key in before if key.kind in _RENAMED), f"renames={{{name!r}: …}}")
        if answer == NO:
            refused.add(old)
        else:
            taken[old] = _become(old, answer, taken, after)
    return taken, frozenset(refused)


def columns_of(answers: Mapping[str, str], catalog: Catalog, what: str) -> dict[ObjectId, str]:
    """Return expressions by the columns that they are for.

    Raises
    ------
    UnknownObject
        If one names no column.
    """
    columns = [key for key in catalog if key.kind == "column"]
    return {named(name, columns, what): text for name, text in answers.items()}


def name_of(key: ObjectId) -> str:
    """Return the name of something as people write it: with its schema."""
    return ".".join(key.path)


def _become(old: ObjectId, answer: str, taken: Mapping[ObjectId, ObjectId], after: Catalog) -> ObjectId:
    there = [key for key in after if key.kind == old.kind]
    if "." in answer:
        return named(answer, there, f"renames={{{name_of(old)!r}: {answer!r}}}")
    parent = old.path[:-1]
    for whole, then in taken.items():
        if whole.path == parent:
            parent = then.path
    key = ObjectId(old.kind, (*parent, answer))
    return key if key in after else named(".".join(key.path), there, f"renames={{{name_of(old)!r}: {answer!r}}}")


def named(name: str, keys: Iterable[ObjectId], where: str) -> ObjectId:
    """Return what is called so: ``shop.customers.name`` or ``column shop.customers.name``.

    Raises
    ------
    UnknownObject
        If nothing is.
    """
    there = list(keys)
    found = [key for key in there if name in (name_of(key), str(key))] or [
        key for key in there if name_of(key) == f"public.{name}"
    ]
    if not found:
        names = [name_of(key) for key in there]
        close = get_close_matches(name, names, n=3, cutoff=0.5)
        mend = f"did you mean {', '.join(close)}?" if close else "write it as schema.table.column"
        raise UnknownObject(f"there is nothing of the name {name!r}", where=where, mend=mend)
    return found[0]
