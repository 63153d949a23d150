"""Rows as documents for a page. Every value is text, so that no digit is lost on the way, or ``None`` for NULL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.diagram.spelling import short_type
from designer_kernel.studio.refusals import BadInput

if TYPE_CHECKING:
    from designer_kernel.studio.rows import Held
    from designer_kernel.studio.tabular.references import Found
    from designer_kernel.studio.tabular.saving import Failure, Saved
    from designer_kernel.studio.tabular.shape import Column
    from designer_kernel.studio.tabular.views import RowView

Document = dict[str, Any]

_KINDS: Final[Mapping[str, str]] = {
    "bool": "bool", "int2": "integer", "int4": "integer", "int8": "integer", "numeric": "number", "float4": "number",
    "float8": "number", "date": "date", "timestamp": "timestamp", "timestamptz": "timestamptz", "uuid": "uuid",
    "json": "json", "jsonb": "json", "bytea": "bytes",
}  # fmt: skip
_UNSORTED: Final = frozenset({"json", "jsonb", "xml"})


def kind_of(column: Column) -> str:
    """Return which input a column has."""
    if column.labels is not None:
        return "enum"
    if column.category == "A":
        return "array"
    if column.category == "C":
        return "composite"
    return _KINDS.get(column.base, "text" if column.category == "S" else "other")


def table_document(held: Held) -> Document:
    """Return what a table is like."""
    at = {one.shown_at(held.references): one for one in reversed(held.references)}
    return {
        "name": held.name,
        "is_table": held.shape.is_table,
        "key": list(held.shape.key),
        "columns": [
            {
                "name": column.name,
                "type": short_type(column.type),
                "kind": kind_of(column),
                "is_key": column.name in held.shape.key,
                "is_required": column.is_required,
                "has_default": column.has_default,
                "is_computed": column.is_computed,
                "is_sortable": column.base not in _UNSORTED,
                "labels": list(column.labels) if column.labels is not None else None,
                "reference": at[column.name].name if column.name in at else None,
            }
            for column in held.shape.columns
        ],
        "references": {
            one.name: {"table": one.table, "columns": list(one.columns), "parent_columns": list(one.parent_columns)}
            for one in held.references
        },
    }


def row_document(held: Held, row: RowView) -> Document:
    """Return a row; its cells are in the order of the columns."""
    return {
        "key": {name: text_of(value) for name, value in row.key.items()},
        "revision": row.revision,
        "is_bare": row.is_bare,
        "cells": [text_of(row.values.get(column.name)) for column in held.shape.columns],
    }


def label_documents(labels: Mapping[str, Sequence[Found]]) -> Document:
    """Return labels by foreign key and key; a key is the JSON of its values as text."""
    return {name: {json_of(one.key): one.label for one in found} for name, found in labels.items()}


def found_documents(found: Sequence[Found]) -> list[Document]:
    """Return rows that a look-up found."""
    return [{"key": list(one.key), "label": one.label} for one in found]


def saved_document(held: Held, saved: Saved) -> Document:
    """Return what came of changes."""
    return {
        "is_saved": not saved.failures,
        "rows": [None if row is None else row_document(held, row) for row in saved.rows],
        "failures": [_failure(held, one) for one in saved.failures],
    }


def _failure(held: Held, failure: Failure) -> Document:
    names = {column.name for column in held.shape.columns}
    return {
        "number": failure.number,
        "kind": failure.kind,
        "what": failure.what,
        "mend": failure.mend,
        "columns": [name for name in failure.where.split(", ") if name in names],
        "now": None if failure.now is None else row_document(held, failure.now),
    }


def json_of(value: Any) -> str:
    """Return a value as short JSON, as a page writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_of(value: Any) -> str | None:
    """Return a value that was read as text; lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def value_of(column: Column, text: str | None) -> Any:
    """Return a value as it is written, of what a page sent.

    Raises
    ------
    BadInput
        If it is no JSON where JSON is needed.
    """
    kind = kind_of(column)
    if text is None or kind not in ("array", "composite") or text.lstrip()[:1] != ("[" if kind == "array" else "{"):
        return text
    try:
        return json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is no JSON: {error}", where=column.name, mend='write ["a", "b"], or null in it') from None
