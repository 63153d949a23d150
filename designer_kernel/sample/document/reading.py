"""A plan from its document: planned again from what it was made from, with what somebody edited taken for hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.sample_hints import ColumnHints, RowsPer, RowsShare, SampleHints, TableHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.document.emit import FORMAT, TOLD, editable_data
from designer_kernel.sample.document.hints import near, parsed, refused
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning import planner

_TOP: Final = (
    "sample_plan", "seed", "until", "locales", "vocabulary", "rows", "bytes", "seconds", "estimates_rest_on",
    "beginning", "horizon", "notes", "asked", "order", "tables",
)  # fmt: skip
_TABLE: Final = ("rows", "reason", "bytes", "seconds", "columns", "keys", "references", "drawn_again_for")
_OWN: Final = ("provider", "nulls", "edge_cases")


def read(
    source: str | Mapping[str, Any], catalog: Catalog, *, name: str = "plan", reader: Any = None, judge: Any = None
) -> Plan:
    """Return the plan that a document describes.

    Without edits it is the plan that was written, as long as the database's schema is the same.

    Raises
    ------
    SamplePlanError
        For a field, table or column that is not there, or a value that does not fit.
    """
    document = parsed(source, name) if isinstance(source, str) else dict(source)
    _check(document, name)
    said = dict(document.get("asked") or {})
    only = said.pop("only", None)
    mode = said.pop("mode", "refuse")
    asked = _hints({**said, **_settings(document)})
    again: Any = {"tables": only, "reader": reader, "judge": judge, "mode": mode}
    base = planner.plan(catalog, hints=asked, **again)
    _same_words(document, base, name)
    edited = _edited(document, base)
    if not edited:
        return _reasoned(base, base, document)
    hints = _merged(asked, base, edited)
    return _reasoned(planner.plan(catalog, hints=hints, **again), base, document)


def _same_words(document: Mapping[str, Any], base: Plan, name: str) -> None:
    """Refuse a document whose names and streets came from other lists than those that are here."""
    written = document.get("vocabulary")
    if written and base.vocabulary and written != base.vocabulary:
        raise SamplePlanError(
            f"its names and streets are from {written}, but here is {base.vocabulary}: the rows would be others",
            where=f"{name}.vocabulary",
            mend="install the version that it names, or leave the field out and take other rows",
        )


def _check(document: Mapping[str, Any], name: str) -> None:
    for field in document:
        if field not in _TOP:
            raise SamplePlanError(f"there is no field {field!r}", where=f"{name}.{field}", mend=near(field, _TOP))
    if document.get("sample_plan") != FORMAT:
        raise SamplePlanError(
            "this is no plan for sample data of a form that is known",
            where=f"{name}.sample_plan",
            mend=f"write sample_plan: {FORMAT}; hints without everything else are given as hints=…",
        )
    for table, entry in (document.get("tables") or {}).items():
        for field in entry or {}:
            if field not in _TABLE:
                raise SamplePlanError(
                    f"there is no field {field!r}", where=f"tables.{table}.{field}", mend=near(field, _TABLE)
                )


def _settings(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands at the top of a document and counts."""
    known = {name: document[name] for name in ("seed", "until", "locales") if document.get(name) is not None}
    if "until" in document and document["until"] is None:
        known["until"] = None
    return known


def _hints(data: Mapping[str, Any]) -> SampleHints:
    try:
        return SampleHints.model_validate(data)
    except ValidationError as error:
        raise refused(error) from error


def _edited(document: Mapping[str, Any], base: Plan) -> dict[str, dict[str, Any]]:
    """Return, for each table, the fields and columns that differ from what the plan itself would say."""
    written = editable_data(base)
    found: dict[str, dict[str, Any]] = {}
    for label, entry in (document.get("tables") or {}).items():
        if label not in written:
            raise SamplePlanError(
                f"the database has no table {label!r}, or it is not filled",
                where=f"tables.{label}",
                mend=near(label, written),
            )
        before = written[label]
        changes: dict[str, Any] = {}
        if "rows" in entry and entry["rows"] != before["rows"]:
            changes["rows"] = entry["rows"]
        columns = {
            column: _said(given)
            for column, given in (entry.get("columns") or {}).items()
            if _said(given) != _said(_known(before, label, column))
        }
        if columns:
            changes["columns"] = columns
        if changes:
            found[label] = changes
    return found


def _known(table: Mapping[str, Any], label: str, column: str) -> Mapping[str, Any]:
    columns: Mapping[str, Any] = table.get("columns", {})
    if column not in columns:
        raise SamplePlanError(
            f"{label} has no column {column!r} that is filled",
            where=f"tables.{label}.columns.{column}",
            mend=near(column, columns),
        )
    known: Mapping[str, Any] = columns[column]
    return known


def _said(column: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what counts of a column's entry."""
    return {name: value for name, value in (column or {}).items() if name not in TOLD}


def _merged(asked: SampleHints, base: Plan, edited: Mapping[str, Mapping[str, Any]]) -> SampleHints:
    """Return the hints with what was edited: all numbers of rows become explicit, and the changed columns."""
    written = editable_data(base)
    by_label = {_label(base, name): hints for name, hints in asked.tables.items()}
    is_recounted = any("rows" in changes for changes in edited.values())
    tables: dict[str, TableHints | Mapping[str, Any]] = {}
    for label, entry in written.items():
        old = by_label.pop(label, TableHints())
        changes = edited.get(label, {})
        rows: Any = old.rows
        if "rows" in changes:
            rows = changes["rows"]
        elif is_recounted and not isinstance(rows, RowsPer | RowsShare):
            rows = entry["rows"]
        columns: dict[str, Any] = dict(old.columns)
        for column, given in changes.get("columns", {}).items():
            columns[column] = _column(given, _said(entry["columns"][column]), columns.get(column))
        if rows is not None or columns or old != TableHints():
            tables[label] = {"rows": rows, "columns": columns, "edge_cases": old.edge_cases}
    return _hints({**asked.to_data(), "tables": {**tables, **by_label}})


def _label(plan: Plan, name: str) -> str:
    return next((t.label for t in plan.tables.values() if name in (t.label, t.name[1])), name)


def _column(given: Mapping[str, Any], before: Mapping[str, Any], old: ColumnHints | None) -> dict[str, Any]:
    """Return the hints for a column that was edited."""
    hints: dict[str, Any] = {n: given[n] for n in ("nulls", "edge_cases") if n in given}
    if "nulls" in before and "nulls" not in given:
        hints["nulls"] = 0
    parameters = {n: v for n, v in given.items() if n not in _OWN}
    if given.get("provider") != before.get("provider"):
        hints["provider"] = given.get("provider")
        unchanged = {n for n, v in parameters.items() if before.get(n) == v}  # they were the other provider's
        return hints | {n: v for n, v in parameters.items() if n not in unchanged or _is_taken(given, n)}
    if old is not None and old.provider is not None:
        return hints | {"provider": old.provider, **parameters}
    kept = dict(old.parameters) if old is not None else {}
    return hints | kept | {n: v for n, v in parameters.items() if before.get(n) != v}


def _is_taken(given: Mapping[str, Any], parameter: str) -> bool:
    from designer_kernel.sample.providers import catalogue

    known = catalogue.catalogue().get(str(given.get("provider")))
    return known is not None and (known.open or parameter in {p.name for p in known.parameters})


def _reasoned(plan: Plan, base: Plan, document: Mapping[str, Any]) -> Plan:
    """Return the plan with the reasons of the document for the numbers of rows that nobody edited."""
    tables = dict(plan.tables)
    for name, table in plan.tables.items():
        reason = ((document.get("tables") or {}).get(table.label) or {}).get("reason")
        if isinstance(reason, str) and name in base.tables and table.rows == base.tables[name].rows:
            tables[name] = replace(table, reason=reason)
    return replace(plan, tables=tables)
