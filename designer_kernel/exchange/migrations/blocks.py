"""Blocks of PL/pgSQL with which a file looks after itself: where the database stands, whether it came where it should.

They are written for one search path and one major version of the server, both of which they check or set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from designer_kernel.catalog.literals import literal
from designer_kernel.exchange.migrations.descriptions import SHORTENED, union
from designer_kernel.exchange.migrations.stations import Stations
from designer_kernel.migrate.records import catalog_name
from designer_kernel.migrate.steps import Batch
from designer_kernel.postgres.deploy import LOCK
from designer_kernel.postgres.own_schemas import RECORDS

TAG: Final = "designer"
"""The dollar quote of our blocks, by which an import knows them: they define nothing."""

STATION: Final = "designer.station"
"""The setting that tells which stages are done."""

BEGAN: Final = "designer.began"
"""The setting that tells when the file began."""

_HISTORY: Final = f"{RECORDS}.schema_migrations"
_CAN_READ: Final = f"""EXISTS (
        SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
            JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
        WHERE n.nspname = '{RECORDS}' AND c.relname = 'schema_migrations' AND c.relkind = 'r'
            AND (r.rolsuper OR r.oid = d.datdba OR r.rolname = current_user)  -- nobody else's triggers are run
            AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))"""
_CAN_WRITE: Final = _CAN_READ.replace("'SELECT'", "'INSERT, UPDATE'")


def begin(version: int, *, is_session: bool) -> str:
    """Return the block that comes first: the right version, nobody else at work, and the time.

    Parameters
    ----------
    is_session
        Whether nobody else is kept away until the session ends, rather than until the transaction does.
    """
    lock = "pg_advisory_lock" if is_session else "pg_advisory_xact_lock"
    return _block(
        f"""BEGIN
    IF current_setting('server_version_num')::integer / 10000 <> {version} THEN
        RAISE EXCEPTION 'this was planned for PostgreSQL {version}, and the server is %', version()
            USING HINT = 'plan again for this server';
    END IF;
    PERFORM {lock}({LOCK});  -- one migration at a time
    PERFORM set_config('{BEGAN}', clock_timestamp()::text, false);
END"""
    )


def finding(ways: Stations, plan: str, *, is_up: bool) -> str:
    """Return the block that finds out how many stages are done, from the history or from what is there.

    Parameters
    ----------
    plan
        The hash of the plan up, by which the history knows it.
    """
    last = len(ways.states) - 1
    was_there = f"EXISTS (SELECT FROM {_HISTORY} WHERE plan_hash = {literal(plan)} AND success) AND NOT "
    undone = "" if is_up else was_there
    return _block(
        f"""DECLARE
    station integer;
    is_told boolean := false;
    wrong text;
BEGIN
    IF {_CAN_READ} THEN
        SELECT {undone}EXISTS (
            SELECT FROM {_HISTORY}
            WHERE plan_hash = {literal(plan)} AND success AND direction <> 'down' AND rolled_back_at IS NULL)
        INTO is_told;
    END IF;
    IF is_told THEN
        PERFORM set_config('{STATION}', '{last}', false);
        RETURN;
    END IF;
    SELECT min(s.station) INTO station FROM (
        SELECT meant.station
        FROM {_meant(ways, range(last + 1))}
        LEFT JOIN ({_there(ways)}
        ) AS there (kind, class, id, object, definition) USING (kind, object)
        GROUP BY meant.station
        HAVING bool_and({_compared("there")} IS NOT DISTINCT FROM meant.definition)
    ) s;
    IF station IS NULL THEN
        {_wrong(ways, 0)}
        RAISE EXCEPTION 'this is not the database that the steps were written for:%', wrong
            USING HINT = 'plan again for this database';
    END IF;
    PERFORM set_config('{STATION}', station::text, false);
END"""
    )


def meant(ways: Stations, station: int, says: str) -> str:
    """Return the block that fails, and says how, unless what is there is as it was at a station.

    Parameters
    ----------
    says
        What is wrong then.
    """
    return _block(
        f"""DECLARE
    wrong text;
BEGIN
    {_wrong(ways, station)}
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '{says}:%', wrong;
    END IF;
END"""
    )


def batches(statement: str, batch: Batch) -> str:
    """Return the block that repeats a statement for some rows at a time, each time in a transaction of its own."""
    return _block(
        f"""DECLARE
    lower_bound text;
    upper_bound text;
    done text;
    worked bigint;
    total bigint := 0;
BEGIN
    LOOP
        PERFORM set_config('row_security', 'off', true);  -- fail rather than leave out rows
        EXECUTE {literal(batch.bounds)} INTO lower_bound, upper_bound USING done, {batch.size};
        EXIT WHEN upper_bound IS NULL OR upper_bound = done;
        EXECUTE {literal(statement)} USING lower_bound, upper_bound;
        GET DIAGNOSTICS worked = ROW_COUNT;
        total := total + worked;
        done := upper_bound;
        COMMIT;
    END LOOP;
    RAISE NOTICE '% rows', total;
END"""
    )


def end(name: str, record: Sequence[tuple[str, str]], plan: str, *, is_up: bool) -> str:
    """Return the block that comes last: it records the migration where a history is kept, and says how long it took.

    Parameters
    ----------
    record
        Columns of the history and their values; of the catalogs, their texts. Nothing is recorded if it is empty.
    """
    columns, values, catalogs = [], [], []
    for column, value in record:
        is_catalog = column in {"before_catalog", "after_catalog"}
        if is_catalog:
            catalogs.append(f"({literal(catalog_name(value))}, {literal(value)})")
        columns.append(column)
        values.append(literal(catalog_name(value) if is_catalog else value))
    undo = "" if is_up else f"""
        UPDATE {_HISTORY} SET rolled_back_at = clock_timestamp(), rolled_back_by = number
        WHERE plan_hash = {literal(plan)}
            AND success AND direction <> 'down' AND rolled_back_at IS NULL;"""  # fmt: skip
    written = (
        f"""IF {_CAN_WRITE} THEN
        INSERT INTO {RECORDS}.schema_catalogs VALUES {", ".join(catalogs)} ON CONFLICT DO NOTHING;
        INSERT INTO {_HISTORY} ({", ".join(columns)}, duration, by_whom, success, run)
        VALUES ({", ".join(values)}, took, session_user, true, gen_random_uuid())
        RETURNING id INTO number;{undo}
    END IF;"""
        if record
        else ""
    )
    return _block(
        f"""DECLARE
    took interval := clock_timestamp() - current_setting('{BEGAN}')::timestamptz;
    number bigint;
BEGIN
    {written}
    RAISE NOTICE '%: done in % ms', {literal(name)}, round(extract(epoch FROM took) * 1000);
END"""
    )


def _wrong(ways: Stations, station: int) -> str:
    return f"""SELECT string_agg(format(E'\\n%s is %s instead of %s', object, coalesce(now, 'not there'),
            coalesce(expected, 'gone')), '' ORDER BY object) INTO wrong
        FROM (
            SELECT object, {_compared("there")} AS now, meant.definition AS expected
            FROM {_meant(ways, (station,))}
            LEFT JOIN ({_there(ways)}
            ) AS there (kind, class, id, object, definition) USING (kind, object)
        ) compared
        WHERE now IS DISTINCT FROM expected;"""


def _compared(alias: str) -> str:
    return f"CASE WHEN {alias}.object IS NOT NULL THEN {SHORTENED.replace('definition', f'{alias}.definition')} END"


def _meant(ways: Stations, stations: Iterable[int]) -> str:
    rows = []
    for station in stations:
        rows.append(f"\n            ({station}, NULL::text, NULL::text, NULL::text)")  # so that none is without a row
        for kind, name in ways.touched:
            text = ways.states[station].get((kind, name))
            if kind == "owner" and text is None:
                continue  # it is whoever made it
            definition = "NULL" if text is None else literal(text)
            rows.append(f"\n            ({station}, {literal(kind)}, {literal(name)}, {definition})")
    return f"(VALUES{','.join(rows)}\n        ) AS meant (station, kind, object, definition)"


def _there(ways: Stations) -> str:
    return union(dict.fromkeys(kind for kind, _ in ways.touched) or ("schema",))


def _block(body: str) -> str:
    tag, number = TAG, 0
    while f"${tag}$" in body:
        number += 1
        tag = f"{TAG}{number}"
    return f"DO ${tag}$\n{body}\n${tag}$"
