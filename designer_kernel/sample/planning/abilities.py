"""What a server cannot do, though its catalog says nothing of it: one that was built without libxml holds no XML."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.forms import Form


def within(connection: psycopg.Connection[Any], plan: Plan) -> Plan:
    """Return the plan without what the server cannot hold, and with a note of each column that stays NULL.

    Raises
    ------
    SamplePlanError
        If such a column may not be NULL.
    """
    columns = [
        (table, column)
        for table in plan.tables.values()
        for column in table.columns.values()
        if table.rows and _has_xml(column.facts.form)
    ]
    if not columns or _knows_xml(connection):
        return plan
    tables = dict(plan.tables)
    notes = list(plan.notes)
    for table, column in columns:
        name = column.facts.name
        if column.facts.not_null:
            raise SamplePlanError(
                "the server was built without libxml, so it holds no XML",
                where=f"{table.label}.{name}",
                mend="make the column nullable, leave the table out by tables=…, or use another server",
            )
        kept = {n: c for n, c in tables[table.name].columns.items() if n != name}
        tables[table.name] = replace(tables[table.name], columns=kept)
        notes.append(f"{table.label}.{name} stays NULL: the server was built without libxml")
    return replace(plan, tables=tables, notes=tuple(notes))


def _has_xml(form: Form) -> bool:
    inner = [form.element] if form.element is not None else [part for _, part in form.fields]
    return form.kind == "xml" or any(_has_xml(part) for part in inner if part is not None)


def _knows_xml(connection: psycopg.Connection[Any]) -> bool:
    try:
        with connection.transaction():
            connection.execute("SELECT xmlparse(CONTENT '<a/>')")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True
