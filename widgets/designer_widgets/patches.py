"""What has changed between two documents: an edit of one attribute must not send a thousand tables again.

A patch is JSON, and `frontend/patch.js` applies it; `patched` says what that must come to. Lists of objects that have
an ``id`` (or a ``key``) are told by what is new or different in them, and their order only if it is another one; lists
of texts by the piece that was replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Document = Mapping[str, Any]
Patch = dict[str, Any]

_PART: Final = 2
"""If more than one in so many has changed, the list is told as a whole."""


def patch(before: Document, after: Document) -> Patch:
    """Return what leads from one document to another.

    Returns
    -------
    ``set``
        Fields that are told as a whole.
    ``gone``
        Fields that are not there any more.
    ``items``
        For lists of objects: ``by`` names the field that tells them apart, ``put`` holds those that are new or
        different, ``order`` all of them by that field, if it is another one than before.
    ``spliced``
        For lists of texts: where the piece begins that was replaced, how long it was, and what is there now.
    """
    made: Patch = {"set": {}, "gone": [name for name in before if name not in after], "items": {}, "spliced": {}}
    for name, value in after.items():
        known = before.get(name)
        if name in before and (known is value or known == value):
            continue
        if isinstance(value, list) and isinstance(known, list) and value and known:
            kind, told = _of_lists(known, value)
            if told is not None:
                made[kind][name] = told
                continue
        made["set"][name] = value
    return made


def patched(document: Document, made: Patch) -> dict[str, Any]:
    """Return the document that a patch leads to."""
    after = {name: value for name, value in document.items() if name not in made["gone"]}
    after.update(made["set"])
    for name, told in made["items"].items():
        by = told["by"]
        items = {one[by]: one for one in after[name]} | {one[by]: one for one in told["put"]}
        after[name] = [items[key] for key in told.get("order") or [one[by] for one in after[name]]]
    for name, (start, length, pieces) in made["spliced"].items():
        after[name] = [*after[name][:start], *pieces, *after[name][start + length :]]
    return after


def _of_lists(before: list[Any], after: list[Any]) -> tuple[str, Any]:
    if all(isinstance(one, str) for one in (*before, *after)):
        return "spliced", _splice(before, after)
    by = next((name for name in ("id", "key") if _are_told_apart(before, name) and _are_told_apart(after, name)), None)
    return "items", _of_items(before, after, by) if by else None


def _are_told_apart(items: Sequence[Any], by: str) -> bool:
    if not all(isinstance(one, dict) and isinstance(one.get(by), str) for one in items):
        return False
    return len({one[by] for one in items}) == len(items)


def _of_items(before: list[Any], after: list[Any], by: str) -> Patch | None:
    known = {one[by]: one for one in before}
    put = [one for one in after if (old := known.get(one[by])) is not one and old != one]
    if len(put) * _PART > len(after):
        return None
    told: Patch = {"by": by, "put": put}
    order = [one[by] for one in after]
    return told if order == [*known] else told | {"order": order}


def _splice(before: list[str], after: list[str]) -> list[Any]:
    most = min(len(before), len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    end = next((i for i in range(most - start) if before[-1 - i] != after[-1 - i]), most - start)
    return [start, len(before) - start - end, after[start : len(after) - end]]
