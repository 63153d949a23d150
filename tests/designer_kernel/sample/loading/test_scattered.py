"""The workers of a cluster load the same rows, also if one of them dies in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from designer_kernel.cli.app import app
from designer_kernel.sample import fill, plan
from designer_kernel.sample.files.scattered import write_parquet
from designer_kernel.sample.files.writing import write
from designer_kernel.sample.loading.parts import Part
from designer_kernel.sample.loading.preparing import Session
from designer_kernel.sample.loading.scattered import Scattered
from designer_kernel.sample.loading.telling import FillEvent, Teller
from designer_kernel.sample.loading.worker import Work
from tests.designer_kernel.sample.databases import contents, create, schema_hash
from tests.designer_kernel.sample.loading.shop import PART, ROWS, SHOP, has_journal

distributed = pytest.importorskip("distributed", reason="pip install .[cluster]")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of a scheduler on the loopback with two workers in processes of their own."""
    options = {"n_workers": 0, "host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(**options) as cluster:
        program = "from distributed.cli.dask_worker import main; main()"
        arguments = [
            cluster.scheduler_address,
            "--no-nanny",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--host",
            "127.0.0.1",
        ]
        workers = [
            subprocess.Popen([sys.executable, "-c", program, *arguments], stderr=subprocess.DEVNULL) for _ in range(2)
        ]
        with distributed.Client(cluster) as found:
            found.wait_for_workers(2, timeout=60)
            yield found
        for worker in workers:
            worker.kill()
            worker.wait()


@pytest.mark.older
def test_two_workers_fill_an_older_server(client: Any, older_url: str) -> None:
    create(older_url, SHOP)
    before = schema_hash(older_url)
    fill(older_url, rows=ROWS, seed=3)
    alone = contents(older_url)
    fill(older_url, rows=ROWS, seed=3, mode="replace", client=client, part=PART)
    assert contents(older_url) == alone
    assert schema_hash(older_url) == before


def test_a_worker_that_is_killed_changes_nothing(client: Any, clean_url: str) -> None:
    create(clean_url, SHOP)
    before = schema_hash(clean_url)
    fill(clean_url, rows=ROWS, seed=3)
    alone = contents(clean_url)
    killed: list[int] = []

    def events(event: FillEvent) -> None:
        if event.stage == "rows" and not killed:
            pids = client.run(os.getpid)
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    filling = fill(clean_url, rows=ROWS, seed=3, mode="replace", client=client, part=PART, events=events)
    assert killed
    assert len(client.scheduler_info()["workers"]) == 1
    assert contents(clean_url) == alone
    assert schema_hash(clean_url) == before
    assert not has_journal(clean_url)
    assert filling.rows == sum(rows for rows, _ in alone.values())


def test_workers_write_the_same_rows_to_parquet(client: Any, clean_url: str, tmp_path: Path) -> None:
    create(clean_url, SHOP)
    made = plan(clean_url, rows=ROWS, seed=3)
    written = write_parquet(client, made, tmp_path, part=PART)
    assert written.rows == made.rows
    orders = pq.read_table([tmp_path / file.name for file in written.tables[-2].files])
    alone = write(made, tmp_path / "alone", tables=["orders"])
    assert written.tables[-2].table == "public.orders"
    assert orders.equals(pq.read_table(tmp_path / "alone" / alone.files[0].name))
    (tmp_path / "manifest.json").unlink()
    (tmp_path / written.files[0].name).unlink()
    kept = tmp_path / written.files[1].name
    before = kept.stat().st_mtime_ns
    assert write_parquet(client, made, tmp_path, part=PART).files == written.files
    assert kept.stat().st_mtime_ns == before


def test_a_command_lets_workers_write_parquet(client: Any, clean_url: str, tmp_path: Path) -> None:
    design = tmp_path / "shop.design.yaml"
    run = CliRunner().invoke
    said = run(app, ["import", create(clean_url, SHOP), "-o", str(design)])
    assert said.exit_code == 0, said.output
    command = ["fill", str(design), "--scale", "0.02", "--scheduler", client.scheduler.address]
    said = run(app, [*command, "--to", str(tmp_path / "rows")])
    assert said.exit_code == 0, said.output
    assert not list((tmp_path / "rows").glob("*.tmp"))
    rows = {
        table: pq.read_table(list((tmp_path / "rows").glob(f"public.{table}.*"))).num_rows
        for table in ("tenants", "orders")
    }
    assert f"{rows['orders']:,} rows" in said.output
    refused = run(app, [*command, "--to", str(tmp_path / "csv"), "--format", "csv"])
    assert refused.exit_code
    assert "Parquet" in refused.output


def test_a_command_fills_by_a_scheduler_along_tenants(client: Any, clean_url: str, tmp_path: Path) -> None:
    create(clean_url, SHOP)
    design = tmp_path / "shop.design.yaml"
    said = CliRunner().invoke(app, ["import", clean_url, "-o", str(design)])
    assert said.exit_code == 0, said.output
    fill(clean_url, rows=ROWS, seed=3)
    alone = contents(clean_url)
    address = client.scheduler.address
    asked = [f"--rows={name}={count}" for name, count in ROWS.items()]
    command = ["fill", str(design), clean_url, "--seed", "3", "--scheduler", address, "--along", "tenants", *asked]
    said = CliRunner().invoke(app, [*command, "--mode", "replace", "--yes", "--json"])
    assert said.exit_code == 0, said.output
    assert contents(clean_url) == alone


class Recording:
    """A client that keeps what a scheduler would be told, and a worker would log."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def submit(self, *arguments: Any, **options: Any) -> str:
        """Keep what it is given, as the log of a worker that fails shows it."""
        self.told.append(repr((arguments, options)))
        return "future"

    def cancel(self, futures: list[Any], *, force: bool) -> None:
        """Do nothing: nothing runs."""


def test_logs_of_workers_hold_no_password(clean_url: str) -> None:
    made = plan(create(clean_url, "CREATE TABLE a (id int PRIMARY KEY)"))
    work = Work("postgresql://me:sesame9@host/shop", made, uuid4(), 1, Session(1, 1))
    client = Recording()
    with Scattered(client, work, Teller(made)) as crew:
        crew.start(Part(("public", "a"), 0, 1))
    assert len(client.told) == 2
    assert "sesame9" not in "".join([*client.told, repr(work)])
