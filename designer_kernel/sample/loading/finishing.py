"""What follows the rows and their constraints: statistics, sequences after the last number used, materialized views."""

from __future__ import annotations

import re
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.order import create_order
from designer_kernel.sample.loading.refusals import refused
from designer_kernel.sample.loading.target import HAS_FOREIGN, identifier
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.plan import Plan, TablePlan

_NEXTVAL: Final = re.compile(r"nextval\('(.*)'::regclass\)")


_SET: Final = sql.SQL(
    """
    SELECT setval(s, least(greatest(number, q.seqmin), q.seqmax))
    FROM (SELECT {}({}, {}), s FROM CAST({} AS regclass) AS s) AS last (number, s)
    JOIN pg_sequence q ON q.seqrelid = s
    WHERE number IS NOT NULL
    """
)


def analyze(connection: psycopg.Connection[Any], table: TablePlan) -> None:
    """Count a table's statistics, unless rows of foreign tables belong to them: these are not ours to read."""
    query = sql.SQL("SELECT {} FROM pg_class c WHERE c.oid = {}::regclass")
    path = sql.Literal(identifier(table.name).as_string(connection))
    try:
        row = connection.execute(query.format(HAS_FOREIGN, path)).fetchone()
        if row is not None and row[0]:
            return
        connection.execute(sql.SQL("ANALYZE {}").format(identifier(table.name)))
    except psycopg.Error as error:
        raise refused(error, table.label) from error


_LAST: Final = sql.SQL(
    """
    (SELECT pg_sequence_last_value(s)
     WHERE has_sequence_privilege(s, 'USAGE, SELECT') AND ({} OR (
         SELECT count(*) FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid JOIN pg_class c ON c.oid = a.adrelid
         WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s
           AND NOT c.relispartition) > 1))
    """
)
"""Where a sequence stands, if it must not be set back: others may hold the numbers behind."""
_NUMBER_OF: Final = sql.SQL("CASE WHEN {0}::text ~ '^[0-9]{{1,9}}$' THEN {0}::text::bigint END")


def refresh(connection: psycopg.Connection[Any], catalog: Catalog, plan: Plan, teller: Teller) -> list[str]:
    """Refresh the materialized views that show what was filled; return notes about those that could not be."""
    notes = []
    filled = {table_id(*t.name) for t in plan.tables.values() if t.rows}
    for view in stale(catalog, filled):
        name = identifier((view.schema, view.name))
        teller.aside("views", f"{view.schema}.{view.name}", f"refreshing {view.schema}.{view.name}")
        try:
            with connection.transaction():
                connection.execute(sql.SQL("REFRESH MATERIALIZED VIEW {}").format(name))
                connection.execute(sql.SQL("ANALYZE {}").format(name))
        except psycopg.errors.QueryCanceled:
            raise
        except psycopg.Error as error:
            why = error.diag.message_primary or error
            notes.append(f"the materialized view {view.schema}.{view.name} was not refreshed: {why}")
    return notes


def sequences(connection: psycopg.Connection[Any], plan: Plan) -> list[tuple[TablePlan, str, sql.Composable]]:
    """Return the sequences behind identity columns and defaults that were filled, as SQL, with table and column."""
    found: list[tuple[TablePlan, str, sql.Composable]] = []
    for table in plan.tables.values():
        for column in table.columns.values():
            default = _NEXTVAL.search(column.facts.default)
            if column.reference is not None or not (column.facts.identity or default) or not table.rows:
                continue
            if default:
                sequence: sql.Composable = sql.SQL("{}::regclass").format(sql.Literal(default[1].replace("''", "'")))
            else:
                path = identifier(table.name).as_string(connection)
                sequence = sql.SQL("pg_get_serial_sequence({}, {})").format(
                    sql.Literal(path), sql.Literal(column.facts.name)
                )
            found.append((table, column.facts.name, sequence))
    return found


def advance_sequences(connection: psycopg.Connection[Any], plan: Plan, *, adds: bool = False) -> None:
    """Set sequences to the last number used.

    One that several columns take numbers from, or whose numbers were given to rows that are no longer there, is never
    set back; and none is set beyond its bounds, which bind the sequence, not the column. It comes last because
    ``setval`` is not rolled back.

    Parameters
    ----------
    adds
        Whether rows were added to what was there.
    """
    for table, column, sequence in sequences(connection, plan):
        is_rising = table.columns[column].facts.series[1] > 0
        number: sql.Composable = sql.Identifier(column)
        if table.columns[column].facts.form.kind not in ("integer", "numeric", "float"):
            # a default may write the number as text, where sample data may put anything
            number = _NUMBER_OF.format(number)
        largest = sql.SQL("(SELECT {}({})::bigint FROM {})").format(
            sql.SQL("max" if is_rising else "min"), number, identifier(table.name)
        )
        furthest = sql.SQL("greatest" if is_rising else "least")
        before = _LAST.format(sql.Literal(adds))
        try:
            connection.execute(_SET.format(furthest, largest, before, sequence))
        except psycopg.Error as error:
            raise refused(error, f"{table.label}.{column}") from error


def stale(catalog: Catalog, filled: set[ObjectId]) -> list[MaterializedView]:
    """Return materialized views that read filled tables, directly or through other views, in the order to refresh."""
    found = set(filled)
    views = []
    for key in create_order(catalog):
        if key.kind != "relation":
            continue
        thing = catalog[key]
        reads = {ObjectId("relation", d.path[:2]) if d.kind == "column" else d for d in thing.depends}
        if reads & found:
            found.add(key)
            if isinstance(thing, MaterializedView):
                views.append(thing)
    return views
