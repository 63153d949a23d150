"""Files hold the rows that a fill of the same plan would load, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import threading
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg import sql

from designer_kernel.errors import Cancelled, SamplePlanError
from designer_kernel.exchange.sql import splitting
from designer_kernel.postgres.cluster import binaries
from designer_kernel.sample import fill
from designer_kernel.sample.files import to_frames, write
from designer_kernel.sample.files.writing import FORMATS
from designer_kernel.sample.plan import Plan
from tests.designer_kernel.sample.databases import ask, contents, create, one
from tests.designer_kernel.sample.drawn import planned

SCHEMA = """
    CREATE TYPE mood AS ENUM ('sad', 'it''s "fine"', 'a,b');
    CREATE TYPE pair AS (a int, b text, c date[]);
    CREATE TABLE parents (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text NOT NULL, best bigint);
    CREATE TABLE "Odd ""Table" (id serial PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parents, "select" text,
        "wëird, col" varchar(30) DEFAULT '');
    ALTER TABLE parents ADD CONSTRAINT best_fk FOREIGN KEY (best) REFERENCES "Odd ""Table" DEFERRABLE;
    CREATE TABLE chickens (id int PRIMARY KEY, egg int NOT NULL);
    CREATE TABLE eggs (id int PRIMARY KEY, chicken int NOT NULL REFERENCES chickens);
    ALTER TABLE chickens ADD FOREIGN KEY (egg) REFERENCES eggs;
    CREATE TABLE tree (id int PRIMARY KEY, parent_id int REFERENCES tree, name text);
    CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, during tstzrange NOT NULL,
        EXCLUDE USING gist (during WITH &&));
    CREATE TABLE kinds (id uuid PRIMARY KEY, si smallint, bi bigint, n numeric(12,3), n0 numeric(5), m money, r real,
        d double precision, b boolean, c char(5), v varchar(20), e mood, da date, ts timestamp, tz timestamptz, ti time,
        tiz timetz, iv interval, j json, jb jsonb, jp jsonpath, by bytea, ip inet, ci cidr, mac macaddr, b1 bit(5),
        vb bit varying(9), pt point, ln line, ls lseg, bx box, pa path, po polygon, cr circle, tv tsvector, tq tsquery,
        lsn pg_lsn, rc regclass, o oid, td tid, sn pg_snapshot, ch "char", la text[], li int[], lu uuid[], lj jsonb[],
        ln2 numeric(6,2)[], lts timestamptz[], le mood[], lr int4range[], r4 int4range, rn numrange, rd daterange,
        rts tsrange, mr int4multirange, mrt tstzmultirange, co pair, lco pair[], note text, email text,
        g int GENERATED ALWAYS AS (length(v)) STORED)
"""
ROWS = {"kinds": 400, "parents": 150, "tree": 90}
ODD = [
    "",
    "a,b",
    'say "hi"',
    "line\nbreak",
    "tab\there",
    "back\\slash",
    "\\N",
    "\\.",
    "it's",
    "=1+1",
    " edge ",
    "ü\u202e王",
    "NULL",
]


@pytest.fixture
def plan(clean_url: str) -> Plan:
    return planned(clean_url, SCHEMA, rows=ROWS, seed=5)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def emptied(url: str, script: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(script)


def run_script(url: str, script: Path) -> None:
    """Run a script by psql, as a person would."""
    command = [binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", script, url]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | {"PGOPTIONS": ""})
    assert done.returncode == 0, done.stderr


def load_csv(url: str, folder: Path, plan: Plan, names: list[tuple[str, list[str], list[str]]]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # circles that are checked at once
        for label, columns, parts in names:
            path = next(t.name for t in plan.tables.values() if t.label == label)
            into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER match)").format(
                sql.Identifier(*path), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            for part in parts:
                with connection.cursor().copy(into) as copy:
                    copy.write((folder / part).read_bytes())


@pytest.mark.parametrize("kind", ["copy", "insert"])
def test_a_script_loads_what_a_fill_loads(clean_url: str, plan: Plan, tmp_path: Path, kind: str) -> None:
    fill(clean_url, rows=ROWS, seed=5)
    want = contents(clean_url)
    emptied(clean_url, SCHEMA)
    written = write(plan, tmp_path, format=kind)
    run_script(clean_url, tmp_path / "sample.sql")
    assert contents(clean_url) == want
    assert written.rows == plan.rows == sum(count for count, _ in want.values())
    assert one(clean_url, "SELECT nextval(pg_get_serial_sequence('parents', 'id'))") == 151
    deferrable = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable"
    assert one(clean_url, deferrable) == 1  # what was deferred for the time being is checked at once again


def test_a_sequence_of_several_tables_is_set_behind_the_numbers_of_all(clean_url: str, tmp_path: Path) -> None:
    script = """
        CREATE SEQUENCE up; CREATE SEQUENCE down INCREMENT BY -1; CREATE SEQUENCE label;
        CREATE TABLE many (id bigint PRIMARY KEY DEFAULT nextval('up'), low int UNIQUE DEFAULT nextval('down'));
        CREATE TABLE rest (id numeric(9) PRIMARY KEY DEFAULT nextval('up'), low int UNIQUE DEFAULT nextval('down'),
            code text DEFAULT 'C' || nextval('label'));
    """
    plan = planned(clean_url, script, rows={"many": 50, "rest": 5})
    write(plan, tmp_path, format="copy")
    emptied(clean_url, script)
    run_script(clean_url, tmp_path / "sample.sql")
    assert one(clean_url, "SELECT nextval('up')") == 51
    assert one(clean_url, "SELECT nextval('down')") == -51


def test_our_own_reader_reads_a_script(plan: Plan, tmp_path: Path) -> None:
    write(plan, tmp_path, format="copy")
    pieces = splitting.split((tmp_path / "sample.sql").read_text("utf-8"))
    assert {piece.kind for piece in pieces} == {"statement"}
    rows = [piece.data_lines for piece in pieces if piece.sql.startswith("COPY")]
    assert sorted(rows) == sorted(table.rows for table in plan.tables.values() if table.rows)


def test_csv_loads_what_a_fill_loads(clean_url: str, plan: Plan, tmp_path: Path) -> None:
    fill(clean_url, rows=ROWS, seed=5)
    want = contents(clean_url)
    emptied(clean_url, SCHEMA)
    written = write(plan, tmp_path, format="csv")
    named = [(t.table, list(t.columns), [file.name for file in t.files]) for t in written.tables]
    load_csv(clean_url, tmp_path, plan, named)
    assert contents(clean_url) == want


def test_parquet_has_the_types_and_the_rows(plan: Plan, tmp_path: Path) -> None:
    written = write(plan, tmp_path)
    frames = to_frames(plan)
    assert set(frames) == {table.table for table in written.tables}
    for table in written.tables:
        read = pa.concat_tables([pq.read_table(tmp_path / file.name) for file in table.files])
        assert read.num_rows == table.rows == len(frames[table.table])
        assert read.to_pylist() == pa.Table.from_pandas(frames[table.table], read.schema).to_pylist()
    kinds = pq.read_schema(tmp_path / "public.kinds.0001.parquet")
    want = {
        "id": pa.uuid(), "n": pa.decimal128(12, 3), "tz": pa.timestamp("us", tz="UTC"), "ts": pa.timestamp("us"),
        "la": pa.list_(pa.string()), "ln2": pa.list_(pa.decimal128(6, 2)), "jb": pa.string(), "by": pa.binary(),
        "r": pa.float32(), "da": pa.date32(), "ti": pa.time64("us"), "si": pa.int16(), "r4": pa.string(),
    }  # fmt: skip
    for name, kind in want.items():
        found = kinds.field(name).type
        assert found == kind or (pa.types.is_list(found) and found.value_type == kind.value_type), name
    assert kinds.field("r4").metadata[b"postgresql_type"] == b"int4range"


def test_odd_text_survives_every_format(clean_url: str, tmp_path: Path) -> None:
    script = "CREATE TABLE odd (id int PRIMARY KEY, note text, other text)"
    hints = {"tables": {"odd": {"rows": 300, "columns": {
        "note": {"provider": "choice", "values": ODD, "nulls": 0.2}, "other": {"provider": "choice", "values": [""]},
    }}}}  # fmt: skip
    plan = planned(clean_url, script, hints=hints)
    fill(clean_url, plan=plan)
    want = contents(clean_url)
    for kind in ("copy", "insert", "csv"):
        emptied(clean_url, script)
        written = write(plan, tmp_path / kind, format=kind)
        if kind == "csv":
            load_csv(
                clean_url, tmp_path / kind, plan, [("public.odd", ["id", "note", "other"], [written.files[0].name])]
            )
        else:
            run_script(clean_url, tmp_path / kind / "sample.sql")
        assert contents(clean_url) == want, kind
    read = pq.read_table(tmp_path / write(plan, tmp_path, format="parquet").files[0].name)
    assert set(read.column("note").to_pylist()) == {*ODD, None}


def test_csv_that_spreadsheets_may_open(clean_url: str, tmp_path: Path) -> None:
    values = ["=1+1", "+1", "-1", "@x", "\tx", "plain", "1=1"]
    hints = {"tables": {"odd": {"rows": 200, "columns": {"note": {"provider": "choice", "values": values}}}}}
    plan = planned(clean_url, "CREATE TABLE odd (id int PRIMARY KEY, n int NOT NULL, note text NOT NULL)", hints=hints)
    write(plan, tmp_path, format="csv", formula_safe=True)
    read = list(csv.DictReader(io.StringIO((tmp_path / "public.odd.0001.csv").read_text("utf-8"), newline="")))
    assert {row["note"] for row in read} == {"'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain", "1=1"}
    assert all(row["n"].lstrip("-").isdigit() for row in read)


def test_several_files_by_size_and_a_manifest_that_tells_them(plan: Plan, tmp_path: Path) -> None:
    one_file = write(plan, tmp_path / "one", format="csv", tables=["kinds"])
    for kind in ("csv", "csv.zst", "parquet"):
        folder = tmp_path / kind
        big = planned_again(plan, 40_000)
        written = write(big, folder, format=kind, tables=["tree"], largest=1000)
        assert len(written.files) > 1 or kind == "parquet"
        told = json.loads((folder / "manifest.json").read_text("utf-8"))
        assert files(folder) == {"manifest.json", *(file["name"] for file in told["files"])}
        for file in told["files"]:
            data = (folder / file["name"]).read_bytes()
            assert (file["bytes"], file["sha256"]) == (len(data), sha256(data).hexdigest())
        assert sum(file["rows"] for file in told["files"]) == told["rows"] == 40_000
        assert (told["seed"], told["vocabulary"]) == (plan.seed, plan.vocabulary)
    assert one_file.files[0].rows == 400


def planned_again(plan: Plan, rows: int) -> Plan:
    """Return the plan with more rows of the tree, for which nothing else matters."""
    from dataclasses import replace

    tables = {n: replace(t, rows=rows) if n[1] == "tree" else t for n, t in plan.tables.items()}
    return replace(plan, tables=tables)


def test_compressed_csv_is_the_same(plan: Plan, tmp_path: Path) -> None:
    write(plan, tmp_path / "plain", format="csv", tables=["kinds"])
    write(plan, tmp_path / "packed", format="csv.zst", tables=["kinds"])
    with pa.input_stream(str(tmp_path / "packed" / "public.kinds.0001.csv.zst"), compression="zstd") as stream:
        assert stream.read() == (tmp_path / "plain" / "public.kinds.0001.csv").read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
def test_cancelling_leaves_nothing(plan: Plan, tmp_path: Path, kind: str) -> None:
    stop = threading.Event()

    def progress(done: int, total: int, table: str) -> None:
        if done > total // 3:
            stop.set()

    with pytest.raises(Cancelled):
        write(plan, tmp_path / "folder", format=kind, progress=progress, cancel=stop)
    assert files(tmp_path / "folder") == set()


def test_earlier_files_stay_until_the_new_ones_are_whole(plan: Plan, tmp_path: Path) -> None:
    write(plan, tmp_path, format="csv")
    (tmp_path / "mine.txt").write_text("mine")
    before = files(tmp_path)
    with pytest.raises(SamplePlanError, match="holds sample data already"):
        write(plan, tmp_path)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        write(plan, tmp_path, replace=True, cancel=stop)
    assert files(tmp_path) == before
    write(plan, tmp_path, format="parquet", tables=["tree"], replace=True)
    assert files(tmp_path) == {"mine.txt", "manifest.json", "public.tree.0001.parquet"}


def test_a_manifest_cannot_reach_out_of_its_folder(plan: Plan, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"files": [{"name": "../outside.txt"}, {"name": str(outside)}]}))
    write(plan, folder, tables=["tree"], replace=True)
    assert outside.read_text() == "mine"
    (folder / "manifest.json").write_text("{")
    with pytest.raises(SamplePlanError, match="manifest cannot be read"):
        write(plan, folder, tables=["tree"], replace=True)


def test_frames_keep_whole_numbers_and_exact_decimals(plan: Plan) -> None:
    frame = to_frames(plan, tables=["kinds"])["public.kinds"]
    assert str(frame["si"].dtype) == "int16[pyarrow]"
    assert isinstance(frame["n"].dropna().iloc[0], Decimal)
    assert frame["si"].isna().any()


def test_frames_hold_what_a_fill_loads(clean_url: str, plan: Plan) -> None:
    fill(clean_url, rows=ROWS, seed=5)
    frames = to_frames(plan)
    assert {name: len(frame) for name, frame in frames.items()} == {
        name: count for name, (count, _) in contents(clean_url).items()
    }
    names = ["si", "bi", "n", "n0", "d", "b", "v", "e", "da", "ts", "tz", "ti", "by", "la", "li", "note", "email"]
    shown = sql.SQL(", ").join(map(sql.Identifier, names)).as_string()
    there = {row[0]: row[1:] for row in ask(clean_url, f"SELECT id::text, {shown} FROM kinds")}
    for line in frames["public.kinds"][["id", *names]].itertuples(index=False):
        assert tuple(map(plain, line[1:])) == there[str(line[0])]


def plain(value: Any) -> Any:
    """Return a value of a frame as Python has it."""
    if isinstance(value, np.ndarray | list):
        return list(value)
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return None if value is None or value is pd.NA else value


def test_unknown_formats_and_sizes_are_refused(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(SamplePlanError, match="there is no format 'xlsx'"):
        write(plan, tmp_path, format="xlsx")
    with pytest.raises(SamplePlanError, match="room for rows"):
        write(plan, tmp_path, largest=0)


def test_a_plan_writes_itself(plan: Plan, tmp_path: Path) -> None:
    assert plan.write(tmp_path, tables=["tree"]).rows == 90
    assert list(plan.to_frames(tables=["tree"])) == ["public.tree"]


@pytest.mark.older
def test_an_older_server_takes_the_script(plan: Plan, older_url: str, tmp_path: Path) -> None:
    create(older_url, SCHEMA)
    write(plan, tmp_path, format="copy")
    run_script(older_url, tmp_path / "sample.sql")
    assert sum(count for count, _ in contents(older_url).values()) == plan.rows
