"""Plans for sample data, and reports on them, as documents for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from designer_kernel.design.sample_hints import SampleHints
    from designer_kernel.sample import Plan
    from designer_kernel.sample.plan import ColumnPlan, TablePlan
    from designer_kernel.sample.report.report import Report

LONGEST: Final = 60
"""Characters of a value that a page shows."""

Document = dict[str, Any]


def plan_document(plan: Plan, hints: SampleHints | None) -> Document:
    """Return a plan's figures and tables; what somebody asked for beside what follows."""
    from designer_kernel.sample.document.shown import sized
    from designer_kernel.sample.providers.catalogue import REQUIRED, catalogue

    estimate = plan.estimate
    return {
        "seed": plan.seed,
        "words": f"{plan.rows:,} rows, about {sized(estimate.bytes)} and {estimate.seconds:,.1f} s",
        "rests_on": estimate.rests_on,
        "notes": list(plan.notes),
        "hints": hints.to_data() if hints is not None else {},
        "providers": [
            {
                "name": n.name,
                "summary": n.summary,
                "needs": [p.name for p in n.parameters if p.default is REQUIRED],
                "takes": ", ".join(map(str, n.parameters)),
            }
            for n in catalogue().values()
        ],
        "tables": [
            {
                "name": table.label,
                "shown": table.name[1] if table.name[0] == "public" else table.label,
                "rows": table.rows,
                "reason": table.reason,
                "size": sized(estimate.tables[table.name].bytes),
            }
            for table in (plan.tables[name] for name in plan.order)
        ],
    }


def table_document(plan: Plan, table: TablePlan, rows: int, start: int) -> Document:
    """Return the columns of a table of a plan, and some of its rows."""
    shown = plan.preview(table.label, rows=rows, start=start)
    return {
        "name": table.label,
        "rows": table.rows,
        "start": start,
        "columns": [_column(table, column) for column in table.columns.values()],
        "keys": [{"name": key.name, "kept": key.kept} for key in table.keys],
        "preview": [[_cell(value) for value in line] for line in shown.itertuples(index=False, name=None)],
    }


def _column(table: TablePlan, column: ColumnPlan) -> Document:
    from designer_kernel.sample.document.emit import column_data
    from designer_kernel.sample.document.shown import nulls_of

    data = column_data(table, column)
    return {
        "name": column.facts.name,
        "type": column.facts.type.removeprefix("public."),
        "provider": data.get("provider", ""),
        "asked": column.hints.provider if column.hints is not None else None,
        "source": data.get("copied") or data.get("decided") or "",
        "parameters": _flow(parameters_of(data)),
        "nulls": nulls_of(table, column.facts.name),
        "is_nullable": not column.facts.not_null,
        "why": data["why"],
    }


def parameters_of(column: Document) -> Document:
    """Return the parameters in a column's entry of a plan's document."""
    told = ("type", "why", "copied", "decided", "provider", "nulls", "edge_cases")
    return {name: value for name, value in column.items() if name not in told}


def _flow(parameters: Document) -> str:
    """Return parameters as YAML on one line, without braces."""
    from designer_kernel.design.document_emit import flow

    return flow(parameters)[1:-1] if parameters else ""


def _cell(value: Any) -> str | None:
    if value is None or value != value:  # noqa: PLR0124 NaN and NaT differ from themselves
        return None
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def report_document(report: Report) -> Document:
    """Return what was promised beside what is held."""
    odd = {(d.table, d.column) for d in report.odd}
    return {
        "words": str(report).splitlines(),
        "rows": [list(line) for line in report.rows if line[1] or line[2]],
        "distributions": [
            {
                "table": d.table,
                "column": d.column,
                "labels": list(d.labels),
                "promised": list(d.promised),
                "held": list(d.held),
                "chi_square": round(d.chi_square, 1),
                "p": round(d.p, 4),
                "is_odd": (d.table, d.column) in odd,
            }
            for d in report.distributions
        ],
    }
