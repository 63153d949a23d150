"""Rows to Parquet by the workers of a cluster, into a folder that all of them see."""

from __future__ import annotations

import json
import os
import pickle
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.files.frames import Progress, chosen
from designer_kernel.sample.files.natural import natural, natural_schema
from designer_kernel.sample.files.writing import GROUP, MANIFEST, Written, WrittenFile, WrittenTable
from designer_kernel.sample.loading.cancelling import cancelled
from designer_kernel.sample.loading.fingerprint import fingerprint
from designer_kernel.sample.loading.parts import PART, Part, parts_of
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.rows.frame import Frame

_MARK: Final = b"designer_plan"
_PATIENCE: Final = 0.2
_RETRIES: Final = 3


def write_parquet(
    client: Any,
    plan: Plan,
    folder: Path | str,
    *,
    tables: Iterable[str] | None = None,
    part: int = PART,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Written:
    """Let the workers of a client of dask.distributed write a plan's rows, one file for each part.

    Each file is a pure function of the plan and its rows, written beside its place and renamed when it is whole. So a
    worker may die, and a call that was killed may be made again: files of the same plan that are there are kept. The
    manifest comes last: a folder with a manifest is complete.

    Parameters
    ----------
    client
        The client; it stays open.
    plan
        What to write.
    folder
        A folder that this process and all workers see under the same name.
    tables
        These tables alone, by plain or qualified name.
    part
        Rows of one file.
    progress
        Called with rows done, rows in all and the table.
    cancel
        Set it to stop; whole files stay, for the next call.

    Raises
    ------
    SamplePlanError
        If the folder is complete already, or a worker fails.
    Cancelled
        If ``cancel`` was set.
    """
    target = Path(folder).absolute()
    if (target / MANIFEST).exists():
        raise SamplePlanError("the folder holds sample data already", where=str(target), mend="choose another folder")
    target.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    wanted = {table.name for table in chosen(plan, tables)}
    parts = [one for one in parts_of(plan, part) if one.table in wanted]
    mark = fingerprint(plan)
    shared = client.submit(_opened, pickle.dumps(replace(plan)), key=f"plan-{mark}-{uuid4()}", pure=False)
    running = {
        client.submit(_written, shared, one, str(target), mark, pure=False, retries=_RETRIES): one for one in parts
    }
    files: dict[Part, WrittenFile] = {}
    try:
        for one, file in _finished(client, running, cancel):
            files[one] = file
            if progress is not None:
                done = sum(found.rows for found in files.values())
                progress(done, sum(p.rows for p in parts), ".".join(one.table))
    finally:
        client.cancel([*running, shared], force=True)
    written = _told(plan, target, files, time.perf_counter() - started)
    _save(written)
    return written


def _finished(
    client: Any, running: dict[Any, Part], cancel: threading.Event | None
) -> Iterator[tuple[Part, WrittenFile]]:
    import distributed

    wait: Any = distributed.wait  # it has no types
    while running:
        if cancel is not None and cancel.is_set():
            raise cancelled()
        try:
            wait(list(running), timeout=_PATIENCE, return_when="FIRST_COMPLETED")
        except TimeoutError:
            continue
        for future in [future for future in running if future.done()]:
            part = running.pop(future)
            if future.status != "finished":
                error = future.exception()
                raise SamplePlanError(
                    f"a worker could not write it: {error}",
                    where=".".join(part.table),
                    mend="look at the logs of the workers, and whether all of them see the folder; then call it again",
                )
            yield part, future.result()


def _told(plan: Plan, folder: Path, files: dict[Part, WrittenFile], seconds: float) -> Written:
    tables = []
    for name in plan.order:
        own = sorted((part for part in files if part.table == name), key=lambda part: part.start)
        if own:
            table = plan.tables[name]
            types = {column: c.facts.type for column, c in table.columns.items()}
            tables.append(WrittenTable(table.label, table.rows, types, tuple(files[part] for part in own)))
    listed = tuple(file for table in tables for file in table.files)
    return Written(folder, "parquet", plan.seed, tuple(tables), listed, seconds, plan.notes)


def _save(written: Written) -> None:
    waiting = written.folder / f".{MANIFEST}.part"
    data = written.as_dict()
    del data["seconds"], data["folder"]
    waiting.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")
    waiting.replace(written.folder / MANIFEST)


def _opened(data: bytes) -> Plan:
    plan: Plan = pickle.loads(data)  # noqa: S301 from the client, who may run anything here anyway
    return plan


def _written(plan: Plan, part: Part, folder: str, mark: str) -> WrittenFile:
    """Write one part, unless a file of the same plan is there."""
    name = re.sub(r"[^\w.-]+", "_", ".".join(part.table)) + f".{part.start:012d}.parquet"
    path = Path(folder) / name
    if not _is_there(path, part, mark):
        waiting = path.with_name(f".{name}.{os.getpid()}.{uuid4().hex}.part")
        try:
            _write(plan, part, waiting, mark)
            waiting.replace(path)
        finally:
            waiting.unlink(missing_ok=True)
    digest = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return WrittenFile(name, part.rows, path.stat().st_size, digest.hexdigest())


def _is_there(path: Path, part: Part, mark: str) -> bool:
    try:
        found = pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return found.num_rows == part.rows and (found.metadata or {}).get(_MARK) == mark.encode()


def _write(plan: Plan, part: Part, path: Path, mark: str) -> None:
    table = plan.tables[part.table]
    schema = natural_schema(table).with_metadata({_MARK: mark.encode()})
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for start in range(part.start, part.stop, GROUP):
            frame = Frame(plan, part.table, np.arange(start, min(start + GROUP, part.stop), dtype=np.int64))
            arrays = [natural(c.facts.form, frame.column(c.facts.name)) for c in table.columns.values()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=GROUP)
