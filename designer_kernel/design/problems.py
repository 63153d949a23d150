"""What pydantic found wrong, in the words of our errors: what, where and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from designer_kernel.errors import DesignerError, InvalidDesign

_SHOWN = 60


class Problem(NamedTuple):
    """One thing wrong in data that was given: the path of the field, the problem, the mend."""

    path: tuple[str | int, ...]
    what: str
    mend: str


def problems(error: ValidationError, prefix: tuple[str | int, ...] = ()) -> list[Problem]:
    """Return every problem of a validation error, those inside nested validations included."""
    found: list[Problem] = []
    for detail in error.errors(include_url=False):
        path = (*prefix, *detail["loc"])
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, ValidationError):
            found.extend(problems(cause, path))
        elif isinstance(cause, DesignerError):
            found.append(Problem(path, cause.what, cause.mend))
        else:
            found.append(_worded(path, detail))
    return found


def invalid(error: ValidationError, where: str = "") -> InvalidDesign:
    """Return the error of ours that says what the first problem is.

    Parameters
    ----------
    where
        What was being changed; the field's path is put behind it.
    """
    first, *others = problems(error)
    more = f" (and {len(others)} more)" if others else ""
    return InvalidDesign(first.what + more, where=dotted((where, *first.path)), mend=first.mend)


def dotted(path: Sequence[str | int]) -> str:
    """Return a path as people write it: ``entities.0.name``."""
    return ".".join(str(part) for part in path if part != "")


def _worded(path: tuple[str | int, ...], detail: Any) -> Problem:
    field = str(path[-1]) if path else "value"
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return Problem(path, f"the field {field!r} is missing", f"give {field}")
    if kind == "extra_forbidden":
        return Problem(path, f"there is no field {field!r}", "remove it, or correct its spelling")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        tags = context.get("expected_tags", "")
        named = f"{context['tag']!r} is no kind that is known" if "tag" in context else "the field 'kind' is missing"
        return Problem(path, named, f"use one of {tags}" if tags else "give the field kind")
    message = detail["msg"].removeprefix("Value error, ")
    what = message[:1].lower() + message[1:] if not message.startswith("ID") else message
    if kind != "value_error":
        what = f"{what}, not {_shown(detail.get('input'))}"
    return Problem(path, what, f"correct {field}")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple | dict | set):
        return f"a {'mapping' if isinstance(value, dict) else 'list'}"
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # integers of more digits than Python prints
        text = f"a {type(value).__name__}"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
