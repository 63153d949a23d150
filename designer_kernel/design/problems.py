"""What pydantic found wrong, in the words of our errors: what, where and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from designer_kernel.errors import DesignerError, InvalidDesign

_SHOWN = 60
_LISTED = 20

_WANTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date such as 2024-01-31",
    "date_type": "a date such as 2024-01-31",
    "dict_type": "a mapping",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_type": "a whole number",
    "model_attributes_type": "a mapping",
    "model_type": "a mapping",
    "string_type": "text",
    "string_unicode": "text without broken characters",
    "tuple_type": "a list",
    "uuid_parsing": "an id (a UUID)",
    "uuid_type": "an id (a UUID)",
}
"""What was wanted instead, for pydantic's kinds of error whose own words speak of Python."""


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
    more = listed([f"{dotted(other.path)}: {other.what}" for other in others])
    return InvalidDesign(first.what + more, where=dotted((where, *first.path)), mend=first.mend)


def listed(further: Sequence[str]) -> str:
    """Return the problems behind the first, one a line, or an empty text if there are none."""
    lines = list(further[:_LISTED])
    if len(further) > _LISTED:
        lines.append(f"… and {len(further) - _LISTED} more")
    return "".join(f"\n  - {line}" for line in lines)


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
    mend = f"correct {field}" if not field.isdigit() else f"correct item {int(field) + 1}"
    if kind in _WANTED:
        return Problem(path, f"this should be {_WANTED[kind]}, not {_shown(detail.get('input'))}", mend)
    message = detail["msg"].removeprefix("Value error, ").replace("Tuple", "list").replace("Dictionary", "mapping")
    what = (message[:1].lower() + message[1:]).removesuffix(" after validation")
    return Problem(path, what if kind == "value_error" else f"{what}, not {_shown(detail.get('input'))}", mend)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple | dict | set):
        return f"a {'mapping' if isinstance(value, dict) else 'list'} of {len(value)}"
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # integers of more digits than Python prints
        text = f"a {type(value).__name__}"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
