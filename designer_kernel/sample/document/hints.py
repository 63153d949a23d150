"""Hints as people give them: a `SampleHints`, a mapping, or YAML text; what is wrong is said with the nearest name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from designer_kernel.design import document_emit, document_yaml
from designer_kernel.design.problems import dotted, problems
from designer_kernel.design.sample_hints import (
    ColumnHints,
    RowsPer,
    RowsShare,
    RuleHints,
    SampleHints,
    TableHints,
)
from designer_kernel.errors import DocumentError, SamplePlanError

__all__ = ["ColumnHints", "RowsPer", "RowsShare", "RuleHints", "SampleHints", "TableHints", "near", "read", "to_yaml"]

_ROWS: Final = ("per", "mean", "spread", "share", "of")


def read(source: SampleHints | Mapping[str, Any] | str | None, name: str = "hints") -> SampleHints:
    """Return hints from a `SampleHints`, a mapping or YAML text.

    Raises
    ------
    SamplePlanError
        For a field that is not known or a value that does not fit; ``where`` is its path.
    """
    if source is None:
        return SampleHints()
    if isinstance(source, SampleHints):
        return source
    if isinstance(source, str):
        source = parsed(source, name)
        inner = source.get("sample")
        source = inner if isinstance(inner, dict) else source
    try:
        return SampleHints.model_validate(source)
    except ValidationError as error:
        raise refused(error) from error


def parsed(text: str, name: str) -> dict[str, Any]:
    """Return the mapping that a YAML text holds.

    Raises
    ------
    SamplePlanError
        With line and column, for text that is no such YAML.
    """
    try:
        data = document_yaml.read(text, name).data
    except DocumentError as error:
        raise SamplePlanError(error.what, where=error.where, mend=error.mend) from error
    if not isinstance(data, dict):
        raise SamplePlanError("this is no mapping", where=name, mend="begin with tables: and the name of a table")
    return data


def to_yaml(hints: SampleHints) -> str:
    """Return hints as YAML text."""
    data = hints.to_data()
    return document_emit.document(data) if data else "{}\n"


def refused(error: ValidationError, prefix: tuple[str | int, ...] = ()) -> SamplePlanError:
    """Return the error of ours that says the first problem of a validation."""
    first = problems(error, prefix)[0]
    detail = error.errors(include_url=False)[0]
    mend = first.mend
    if detail["type"] == "extra_forbidden":
        mend = near(str(first.path[-1]), _fields(first.path[len(prefix) :]))
    path = tuple(step for step in first.path if step != "number")
    what = first.what
    if path and path[-1] == "rows" and detail["type"] == "int_type":
        what = f"{detail.get('input')!r} is no number of rows"
        mend = "write a number, {per: parent, mean: 2.5} or {share: 0.3, of: table}"
    return SamplePlanError(what, where=dotted(path), mend=mend)


def near(name: str, known: Iterable[str]) -> str:
    """Return what may have been meant: the nearest names, or what there is."""
    names = list(known)
    close = get_close_matches(name, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else "there is " + (", ".join(names[:40]) or "none")


def _fields(path: Sequence[str | int]) -> tuple[str, ...]:
    """Return the names of the fields that stand beside the last step of a path."""
    match len(path):
        case 1:
            return tuple(SampleHints.model_fields)
        case 3:
            return tuple(TableHints.model_fields)
        case _:
            return _ROWS
